/** Every seam of Tocsin: what one room is to another. Types only. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { ZodType } from 'zod';
import type { Failure, Fault } from './errors.ts';
import type {
  Actor,
  AlertEvent,
  Button,
  Card,
  DeliveryView,
  Form,
  Incident,
  IncidentView,
  Line,
  Message,
  OpenList,
  Principal,
  RouteOptions,
  Run,
  RunState,
  Severity,
  Silence,
  Status,
  Texts,
} from './model.ts';
import type { People } from './principal.ts';

export type Log = Logger;

// ---------------------------------------------------------------- time

/** Wall time for people, monotonic for deadlines. Leases and due times use the store's clock, not this one. */
export interface Clock {
  now(): number;
  monotonic(): number;
  wait(ms: number, signal?: AbortSignal): Promise<void>; // rejects when aborted
}

/** All that decisions may not make themselves, so that deciding twice decides the same. */
export interface Moment {
  readonly now: number;
  newId(): string; // 16 characters, sortable, unique; `domain/id.ts`
}

/** What is counted, by the names of `/metrics`. Label values come from configuration, never from alerts. */
export interface Metrics {
  webhook(source: string, outcome: string): void;
  committed(seconds: number, batch: number): void;
  delivered(platform: string, seconds: number): void; // webhook stored -> shown
  attempted(platform: string, outcome: string): void; // `ok` or the failure's reason
  pressed(platform: string, action: string, outcome: string): void;
  ran(runbook: string, outcome: string): void;
}

// ---------------------------------------------------------------- the environment

/** One environment variable. The name is the key under which a room declares it; `<NAME>` in it stands for any name. */
export interface Variable<T = unknown> {
  readonly schema: ZodType<T>; // from the string, `undefined` where it is not set (give a default in the schema)
  readonly about: string; // one line for .env.example and README
  readonly example?: string; // shown commented out in .env.example
  readonly secret?: true; // never printed, redacted from logs
}
export type Variables = Readonly<Record<string, Variable>>;

// ---------------------------------------------------------------- monitor -> incident

export interface WebhookRequest {
  readonly method: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array; // the bytes that came
}
/** `secret`: index of the one that matched (0 the newest), for rotation. Never says which part failed. */
export type Verdict = { readonly ok: true; readonly secret: number } | { readonly ok: false };
export type Parsed =
  | { readonly kind: 'events'; readonly id?: string; readonly events: readonly AlertEvent[] } // id: the sender's idempotency key
  | { readonly kind: 'ignored'; readonly reason: string }
  | { readonly kind: 'handshake'; readonly finish: (fetch: typeof globalThis.fetch) => Promise<void> };

/** A monitoring system: verifies and parses one webhook request. */
export interface Source {
  readonly name: string; // in the path: `uptime-kuma`
  readonly label: string; // for people: `Uptime Kuma`
  readonly auth: string; // how it authenticates, for `tocsin check`: `HMAC-SHA256 in X-Signature`
  readonly methods?: readonly string[]; // default POST
  verify(
    request: WebhookRequest,
    secrets: readonly string[],
    outside: { readonly now: number; readonly fetch: typeof globalThis.fetch },
  ): Verdict | Promise<Verdict>;
  /** Throws InvalidPayload with every issue. Called only after verify said yes. */
  parse(request: WebhookRequest, now: number): Parsed;
  /** A body as that monitor would send it, with its credentials: for `tocsin send FILE`. */
  sign(body: Uint8Array, secret: string, now: number): WebhookRequest;
  /** A request as that monitor would send it, signed: for `tocsin send`, the demo, contract tests and the bench. */
  sample(
    state: 'firing' | 'resolved',
    secret: string,
    now: number,
    what?: { readonly id?: string; readonly monitor?: string },
  ): WebhookRequest;
}

/** A verified, parsed webhook, as the receiver hands it on. */
export interface Webhook {
  readonly source: Source;
  readonly id?: string; // the sender's idempotency key
  readonly digest: string; // of the raw bytes, where the sender gives no key
  readonly secret: number; // which one verified it, 0 the newest
  readonly labels: Texts; // from `?labels.env=prod`
  readonly events: readonly AlertEvent[];
}
export type Received =
  | { readonly kind: 'stored'; readonly incidents: readonly string[] }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'ignored'; readonly reason: string };

// ---------------------------------------------------------------- adapters

/** One row of adapters/index.ts. Importing it loads no SDK: `connect` does. */
export interface Platform<Env = unknown> {
  readonly name: string;
  readonly variables: Variables;
  /** From the declared variables that are set; undefined: off. Throws FaultsFound that names the missing ones. */
  configure(values: Readonly<Record<string, unknown>>): Env | undefined;
  render(card: Card): Rendered; // pure: delivery, `tocsin preview`, the console's tabs
  readonly people?: string; // whose people can be told there: the platform by which principals name them; absent: nobody
  readonly buttons?: 'links'; // no press can be sent from there: its cards' buttons get a `link`, for which PUBLIC_URL must be set
  connect(env: Env, host: Host): Adapter; // returns at once; connects and reconnects by itself
  /** For `tocsin check --connect`: who it is there, and what it lacks. Throws DeliveryError. Absent: there is nobody to ask. */
  identify?(env: Env, deadline: AbortSignal): Promise<Identity>;
  /** The only channels that there are, as routes name them. Absent: any may be named. */
  channels?(env: Env): readonly string[];
  /** The link by which an admin lets the bridge in, for `tocsin check`. */
  invite?(env: Env): string;
}
/** What a platform says of the bridge's account there. */
export interface Identity {
  readonly who: string; // `tocsin in Acme`
  readonly faults: readonly Fault[];
}
/** A platform's message for a card. `cut`: what did not fit, for the thread. `faults`: limits it breaks all the same. */
export interface Rendered {
  readonly json: unknown;
  readonly cut: readonly string[];
  readonly faults: readonly string[];
}

/** What the bridge gives an adapter. */
export interface Host {
  readonly clock: Clock;
  readonly log: Log;
  readonly memory: Memory; // conversations, resolved channel names
  press(press: Press): Promise<Reply>;
  /** What is open, or a sentence why it is not told. */
  open(question: Question): Promise<OpenList>;
}
export interface Memory {
  get(name: string): Promise<string | undefined>;
  put(name: string, value: string): Promise<void>;
}

export interface Adapter {
  readonly endpoints?: readonly Endpoint[]; // mounted by the receiver
  status(): { readonly connected: boolean; readonly reason?: string };
  post(target: Target, content: Rendered): Promise<Message>; // throws DeliveryError
  find?(target: Target, since: number): Promise<Message | undefined>; // after an attempt of unknown outcome
  edit?(target: Target, message: Message, content: Rendered): Promise<void>; // absent: state changes are posted anew
  reply?(target: Target, message: Message, line: Line, mentions: readonly Principal[]): Promise<void>; // mentions: where the line is told to the channel
  groups?(actor: Actor): Promise<readonly string[]>; // asked again at execution; throws = refused
  /** How long to leave it alone before such a call, in milliseconds, by the limits that the platform publishes. Absent: it has none. */
  pace?(call: 'post' | 'edit' | 'reply', channel: string): number;
  close(): Promise<void>;
}
/** `once`: delivery id and generation, at most 25 characters. `deadline` aborts the attempt. */
export interface Target {
  readonly channel: string;
  readonly once: string;
  readonly deadline: AbortSignal;
}

/** An HTTP way in that belongs to an adapter. The receiver mounts it; `raw` gets the unread stream (Bolt's receiver). */
export type Endpoint = { readonly method: string; readonly path: string } & (
  | {
      handle(
        request: WebhookRequest,
      ): Promise<{ readonly status: number; readonly headers?: Texts; readonly body?: string | Uint8Array }>;
    }
  | { raw(request: IncomingMessage, response: ServerResponse): void }
);

// ---------------------------------------------------------------- chat -> incident

export interface Press {
  readonly id: string; // the platform's own id of this interaction: a second one with it does nothing
  readonly actor: Actor;
  readonly incident: string;
  readonly from?: { readonly channel: string; readonly message: string }; // where it stands on the actor's platform: the card of this incident; absent from console, cli
  readonly action: string;
  readonly argument?: string;
  readonly inputs?: Texts;
  readonly names?: Texts; // what the platform calls the people whom the inputs name, by principal: `slack:U012`
  readonly confirmed?: true; // the form was shown and sent, or the caller is a program that means it
}
/** Somebody asks what is open. */
export interface Question {
  readonly actor: Actor;
  readonly channels?: readonly string[]; // of where they ask, for a platform on which anybody may let the bot in; one of them must be routed to
}
export type Reply =
  | {
      readonly kind: 'done'; // stored on disk
      readonly incident: string;
      readonly card: Card;
      readonly text: string;
      readonly again?: true; // by this very press, when it first came
    }
  | {
      readonly kind: 'started';
      readonly incident: string;
      readonly run: string;
      readonly card: Card;
      readonly text: string;
      readonly again?: true;
    }
  | { readonly kind: 'told'; readonly text: string } // private, nothing changed (why)
  | { readonly kind: 'ask'; readonly form: Form; readonly problems: readonly Problem[] } // answered by a second press
  | ({ readonly kind: 'refused' } & Refusal);
export interface Problem {
  readonly path: string; // `inputs.reason`, `argument`
  readonly message: string;
}
export interface Refusal {
  readonly code: 'not_allowed' | 'not_found' | 'too_late' | 'already_running' | 'invalid_input' | 'unknown_action';
  readonly text: string; // a sentence, for the person who pressed
  readonly by?: Actor; // who was first
  readonly at?: number; // when
  readonly details?: readonly Problem[];
}

/** What an action may look at. */
export interface Scene {
  readonly incident: Incident;
  readonly runs: readonly Run[]; // the incident's: all that live, and those that are over where they are known
  readonly runbooks: readonly RunbookOffer[]; // those that match the incident
  readonly newer?: Incident; // a later incident of the same key: this one can no longer be reopened
  readonly reader?: Actor; // who alone looks at it; absent: a card that many see
  readonly people?: People; // which ids are one person's
  readonly told?: readonly string[]; // the platforms whose people its cards tell; only where something is decided
  readonly silences?: readonly Silence[]; // those that hold for it; only where somebody asks why, or makes one
}
/** What the card and the actions need to know of a runbook. */
export interface RunbookOffer {
  readonly name: string;
  readonly label: string;
  readonly about: string;
  readonly confirm?: string;
  readonly inputs: readonly { readonly name: string; readonly label: string; readonly required: boolean }[];
  readonly approve: number;
  readonly digest: string;
}

/** A verb. One file each; pure. */
export interface Action {
  readonly name: string; // in /api/incidents/<id>/actions/<name>, and as RESPONDERS_<NAME>
  /** Buttons in sight and entries of the menu that it offers in this state; none: not offered. */
  offers(scene: Scene): { readonly card?: readonly Button[]; readonly menu?: readonly Button[] };
  /** What must be asked first. */
  form?(scene: Scene, press: Press): Form | undefined;
  decide(scene: Scene, press: Press, at: Moment): Decision;
}
export type Decision =
  | { readonly kind: 'change'; readonly change: Change; readonly text: string; readonly run?: string } // text: `You have it.`; run: the id it queued
  | { readonly kind: 'told'; readonly text: string }
  | ({ readonly kind: 'refused' } & Refusal);

// ---------------------------------------------------------------- runbooks

/** How a runbook is run. One file each. */
export interface RunbookKind<Spec = unknown> {
  readonly name: string; // `run:` in the front matter
  readonly spec: ZodType<Spec>; // its own front-matter keys, whose strings are Liquid
  /** How a value enters the Liquid of each key, or of each key in it. What is not named holds no Liquid. */
  encode(spec: Spec): Readonly<Record<string, Encoding | Readonly<Record<string, Encoding>>>>;
  readonly secretsInLiquid?: true; // `{{ secrets.NAME }}` may stand in it
  /** What already shows that it could not run from this folder, with these names in `secrets:`. `spec` is as it is written, with its Liquid. */
  faults?(spec: Spec, folder: string, secrets: readonly string[]): Promise<readonly SpecFault[]>;
  run(spec: Spec, context: RunContext): Promise<RunResult>; // spec is rendered already
  /** Ends what a run of a dead process left on this machine. */
  reap?(run: string): Promise<void>;
}
/** `address`: a whole URL. `response`: Liquid over an answer, which the kind itself renders; left as it is written. */
export type Encoding = 'argument' | 'address' | 'url' | 'json' | 'xml' | 'text' | 'response';
export interface SpecFault {
  readonly path: readonly (string | number)[]; // of the key, in the front matter
  readonly message: string;
  readonly cure: string;
}
export interface RunContext {
  readonly run: string; // idempotency key at the far end
  readonly folder: string; // where the runbook's file is: relative paths start there
  readonly input: Readonly<Record<string, unknown>>; // `{incident, inputs, actor, values}`: JSON on stdin
  readonly secrets: Texts; // what its `secrets:` names, nothing else
  readonly signal: AbortSignal; // timeout, Cancel, shutdown
  /** Capped, cleaned, paced, and its secrets hidden by the runner. A secret may be split over the chunks of one pipe. */
  output(chunk: Uint8Array, pipe?: 'stdout' | 'stderr'): void;
}
export type RunResult =
  | {
      readonly kind: 'succeeded' | 'failed';
      readonly summary: string;
      readonly note?: string; // what else it did: told behind the summary
      readonly response?: unknown; // for `keep:`
    }
  | { readonly kind: 'unknown'; readonly summary: string };

// ---------------------------------------------------------------- store

/** All that one decision writes. Webhooks, presses, timers and finished runs use the same shape, and the same transaction. */
export interface Change {
  readonly incident: Omit<Incident, 'revision'>;
  readonly timeline: readonly Line[];
  readonly deliveries?: readonly NewDelivery[]; // routing, escalation, fallback; a destination it already has is left alone
  readonly runs?: readonly Run[]; // whole rows, new or as they are now
  readonly audit?: readonly AuditEntry[];
  readonly silences?: readonly Silence[]; // new ones
}
/** One of an incident's kind and argument replaces the one before. Without `at` it is cancelled. */
export interface NewTimer {
  readonly incident: string;
  readonly kind: 'snooze' | 'remind' | 'escalate' | 'ack-expiry' | 'silence';
  readonly argument?: string; // of `silence`: which one
  readonly at?: number;
}
export interface NewDelivery {
  readonly id: string;
  readonly destination: string;
  readonly route: string;
  readonly options: RouteOptions;
}

/** Somebody did something, or was refused: kept for ever. */
export interface AuditEntry {
  readonly at: number;
  readonly actor: Actor;
  readonly what: string; // `acknowledge`, `run restart-api`, `ended <run>`
  readonly digest?: string; // of the inputs
  readonly outcome: string; // `done`, `not_allowed`, `succeeded`
}
/** An entry as it stands in the trail. */
export interface AuditRow extends AuditEntry {
  readonly seq: number;
  readonly incident?: string;
  readonly chain?: string; // ties it to the row before; absent: not yet
}
/** `seq`: the first row that is not as it was written; `why`: what follows “row 7”. */
export type Verified =
  | { readonly ok: true; readonly rows: number; readonly unchained: number }
  | { readonly ok: false; readonly seq: number; readonly why: string };

/** The append-only trail of what was done. */
export interface Audit {
  /** What belongs to no incident. */
  record(entry: AuditEntry): Promise<void>;
  /** Oldest first, behind the row `after`. */
  rows(query: {
    readonly after: number;
    readonly limit: number;
    readonly since?: number;
    readonly incident?: string;
  }): Promise<readonly AuditRow[]>;
  /** Whether a row was changed, deleted or inserted by another hand. */
  verify(): Promise<Verified>;
}

/** What a decision sees: the newest state of what it asked for, with the changes of its neighbours in the same commit. */
export interface Found {
  readonly byKey: ReadonlyMap<string, Incident>; // the open incident of a key, or its last one; of `ids` too, by their keys
  readonly byId: ReadonlyMap<string, Incident>;
  readonly runs: ReadonlyMap<string, readonly Run[]>; // by incident: the living ones; only for `ids`
  readonly silences: readonly Silence[]; // all that last now
}
/** What a decision comes to. `timers` change no revision: no card shows them. `forget`: the same `once` is decided anew. */
export interface Decided<R> {
  readonly changes: readonly Change[];
  readonly timers?: readonly NewTimer[];
  readonly answer: R;
  readonly forget?: true;
}

export type Changed<R> = { readonly duplicate: false; readonly answer: R } | { readonly duplicate: true };

export interface Store {
  /**
   * Grouped with its neighbours into one durable commit; resolves when that is on disk. `decide` is pure, may run twice;
   * if it throws, only this call fails, with that error. Rejects with StoreUnavailable where nothing was stored.
   */
  change<R>(what: {
    readonly once?: string; // `${source}:${id}`, `press:…`: a second call answers `duplicate`, across restarts, for 72 h at least
    readonly keys?: readonly string[];
    readonly ids?: readonly string[];
    readonly decide: (found: Found) => Decided<R>;
  }): Promise<Changed<R>>;

  readonly lanes: Lanes;
  readonly runs: RunQueue;
  readonly timers: Timers;
  readonly silences: Silences;
  readonly memory: Memory;
  readonly audit: Audit;

  /** Whether a `change` with this `once` was stored. Answers when all that was read before is on disk. */
  seen(once: string): Promise<boolean>;
  incident(id: string): Promise<IncidentView | undefined>;
  views(ids: readonly string[]): Promise<readonly IncidentView[]>; // in the order asked; unknown ids are left out
  /** Newest first. `before`: the id of the last one seen. `oldestFirst`: from the other end, without a text and in one page. */
  incidents(query: {
    readonly status?: readonly Status[];
    readonly severity?: readonly Severity[];
    readonly text?: string;
    readonly before?: string;
    readonly oldestFirst?: true;
    readonly limit: number;
  }): Promise<readonly Incident[]>;
  counts(): Promise<{ readonly firing: number; readonly acknowledged: number; readonly lanes: readonly LaneDepth[] }>;
  deadLetters(): Promise<readonly DeadLetter[]>;
  replay(deliveries: readonly string[] | 'all'): Promise<number>; // how many were queued again
  /**
   * The clock was set back, or (not `isSure`: at a start) may have been. Nothing waits longer for it: every timer is due now, to
   * be counted anew; silences, and what waits for others to agree, keep their length; lanes and deliveries wait no more, or, where
   * that is not sure, no longer than any may.
   */
  clockSetBack(isSure: boolean): Promise<void>;
  /** What changed, after it is on disk; in this process, and by another on the same database. Ends with the returned function. */
  watch(changed: (what: StoreChange) => void): () => void;
  health(): Promise<{ readonly writable: boolean; readonly reason?: string }>;
  /** Ends accepting (StoreUnavailable), finishes what was accepted, checkpoints, and frees the file. */
  close(): Promise<void>;
}
export interface StoreChange {
  readonly incidents: readonly string[];
  readonly lanes: readonly string[]; // destinations that have something due
  readonly runs: boolean; // a run was queued or cancelled
  readonly timers?: boolean; // one was set
  readonly runStates?: readonly Pick<Run, 'id' | 'incident' | 'state'>[]; // of the runs that changed
  readonly output?: { readonly run: string; readonly incident: string; readonly text: string }; // the part that is new
  readonly audited?: true; // the audit trail grew
}
/** Of every destination that was ever used: an idle one too. */
export interface LaneDepth {
  readonly destination: string;
  readonly waiting: number;
  readonly dead: number;
  readonly oldestAt?: number; // since when the oldest waiting one is due
}
export interface DeadLetter {
  readonly delivery: DeliveryView;
  readonly incident: Pick<Incident, 'id' | 'title' | 'status'>;
}

/** Work leased with a fence by the store's clock. */
export interface Lease {
  readonly id: string;
  readonly fence: number;
  readonly until: number;
}

/** What a delivery waits for: its first card, the card as it is now, its next line, which is told to the channel or stands in the thread. */
export type Step = 'post' | 'edit' | 'call' | 'line';
/** A lane is a destination: the holder alone sends there, one after the other. */
export interface Lanes {
  /**
   * Lanes that have something due and no living holder, now leased to this process. `except`: destinations that it
   * serves already, though a clock that was set makes their leases look over.
   */
  claim(limit: number, except?: readonly string[]): Promise<readonly Lane[]>;
  /** When the next lane will have something due; undefined: nothing waits. */
  nextDueAt(): Promise<number | undefined>;
  /** Oldest first. `step`: those that wait for it; by the age of the line, where it is one. */
  due(lane: Lane, limit: number, step?: Step): Promise<readonly Delivery[]>;
  /** Before each post: only these are ambiguous after a crash. false: the lease was lost. */
  sending(lane: Lane, delivery: string): Promise<boolean>;
  settle(lane: Lane, outcomes: readonly Outcome[]): Promise<boolean>;
  renew(lane: Lane): Promise<boolean>;
  /** `pause`: for so many milliseconds the whole lane waits, across restarts (rate limit, channel down). */
  release(lane: Lane, pause?: number): Promise<void>;
}
export interface Lane extends Lease {
  readonly destination: string;
}
/** A delivery that is not as it should be. */
export interface Delivery extends NewDelivery {
  readonly incident: Incident; // as it is now
  readonly runs: readonly Run[]; // its living runs
  readonly generation: number; // raised when a deleted message is posted anew: part of `once`
  readonly message?: Message;
  readonly shown: number; // revision on the card; 0: none
  readonly lines: readonly (Line & { readonly seq: number })[]; // to be told in the thread, oldest first
  readonly attempt: number; // failed attempts in a row
  readonly ambiguousSince?: number; // an attempt to post began and no outcome was stored
  readonly waitingSince: number; // when it became due: for the time from webhook to card
}
/** What became of an attempt. Only the given parts are written. */
export interface Outcome {
  readonly delivery: string;
  readonly shown?: number;
  readonly told?: number; // seq of the last line told
  readonly message?: Message;
  readonly generation?: number;
  readonly failure?: Failure; // with retryIn: retrying; without: dead
  readonly retryIn?: number; // milliseconds
}

/** Queued runs, leased one by one. */
export interface RunQueue {
  /** queued -> running is written by the caller, through change(). `except`: ids of those that this process has already, as with lanes. */
  claim(limit: number, except?: readonly string[]): Promise<readonly (Run & Lease)[]>;
  renew(run: Lease): Promise<{ readonly held: boolean; readonly cancelled: boolean }>;
  /** Those that wait for others to agree. */
  waiting(): Promise<readonly Run[]>;
  /** Runs left `running` by a process that is gone. */
  orphans(): Promise<readonly Run[]>;
  /** The output as it stands, and the part that is new (for `watch`). Durable with the next commit, not awaited by readers. */
  output(run: string, incident: string, whole: string, added: string): Promise<void>;
}

/** What is to be done later, leased one by one. A decision that looks at a due timer sets it anew, or cancels it. */
export interface Timers {
  claim(limit: number): Promise<readonly (NewTimer & Lease)[]>;
  /** When the first one after `since` is due; undefined: none waits. */
  nextAt(since: number): Promise<number | undefined>;
}

export interface Silences {
  /** Those that last now, the one that ends first before the others. */
  active(): Promise<readonly Silence[]>;
  /** It is in the audit trail, as made by whom it names. */
  add(silence: Silence): Promise<void>;
  /** false: none of this id lasts. What it kept quiet becomes due. It is in the audit trail. */
  end(id: string, by: Actor): Promise<boolean>;
}

export type { Run, RunState };
