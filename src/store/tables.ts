/** The rows, as they are stored: text, and 64-bit integers of milliseconds; what is only read whole is JSON text. */
export interface Tables {
  incidents: {
    id: string;
    key: string;
    status: string;
    revision: number;
    lines: number; // how many lines it has: the next line's seq
    resolved_at: number | null;
    data: string; // the Incident without revision
  };
  lines: { incident: string; seq: number; at: number; kind: string; actor: string; text: string; tell: string };
  deliveries: {
    id: string;
    incident: string;
    destination: string;
    route: string;
    options: string;
    wanted: number;
    shown: number;
    told: number; // seq of the last line told
    attempt: number;
    due_at: number | null; // when it is to be looked at; null: it shows what it should, or it is dead
    due_since: number | null; // since when it has not been as it should be
    dead: number;
    error: string | null;
    message: string | null;
  };
  messages: {
    id: string;
    destination: string;
    kind: string; // card | digest
    generation: number;
    sending_since: number | null;
    remote: string | null; // JSON: what the platform answered
  };
  lanes: {
    destination: string;
    holder: string | null;
    fence: number;
    until: number;
    paused_until: number;
  };
  runs: {
    id: string;
    incident: string;
    runbook: string;
    state: string;
    holder: string | null;
    fence: number;
    until: number;
    data: string; // the Run without output
    output: string;
  };
  timers: {
    id: string;
    incident: string;
    kind: string;
    at: number;
    argument: string | null;
    holder: string | null;
    fence: number;
    until: number;
  };
  silences: {
    id: string;
    matchers: string;
    until: number;
    why: string;
    by: string;
    made_at: number;
    ended_at: number | null;
  };
  settings: { name: string; value: string };
  receipts: { key: string; at: number };
  audit: {
    seq: number;
    at: number;
    what: string;
    actor: string;
    incident: string | null;
    digest: string | null;
    outcome: string;
    chain: string | null;
  };
}
