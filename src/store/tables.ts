/**
 * The rows, as they are stored: text, and 64-bit integers of milliseconds; what is only read whole is JSON text.
 * `holder`, `fence`, `until`: a lease. An actor is `{platform, tenant, id, name}`.
 */
export interface Tables {
  incidents: {
    id: string;
    key: string;
    status: string;
    revision: number;
    lines: number; // how many it has: the seq of the last one
    to_tell: number; // seq of the last line that threads are told; 0: none
    resolved_at: number | null;
    data: string; // the Incident without revision: also why it was routed as it was
  };
  lines: {
    incident: string;
    seq: number;
    at: number;
    kind: string;
    actor: string;
    text: string;
    tell: string;
    detail: string | null;
    audience: string | null; // `{channels, mention}` of the Line
  };
  deliveries: {
    id: string;
    incident: string;
    destination: string;
    route: string;
    options: string;
    message: string; // the row of messages: its own, or a digest that it shares
    wanted: number;
    shown: number;
    told: number; // seq of the last line told
    attempt: number;
    due_at: number | null; // when it is to be looked at; null: it is as it should be, or dead
    due_since: number | null; // since when it has not been as it should be
    dead: number; // 1: only a replay makes it due again
    error: string | null;
  };
  /** What stands in a channel. The row is made before the first attempt to post. */
  messages: {
    id: string;
    destination: string;
    kind: string; // card | digest
    generation: number; // raised when it is posted anew
    sending_since: number | null; // an attempt to post began and no outcome was stored
    remote: string | null; // the Message that the platform answered
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
    state: string;
    holder: string | null;
    fence: number;
    until: number;
    data: string; // the Run without output
    output: string;
  };
  timers: {
    id: string; // `kind:argument:incident`
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
