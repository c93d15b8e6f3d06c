/**
 * The words of Tocsin, as types. `readonly` throughout; times are epoch milliseconds, durations milliseconds,
 * unless a name says otherwise (one column type serves SQLite and PostgreSQL).
 */

export type Severity = 'critical' | 'error' | 'warning' | 'info';
export type Status = 'firing' | 'acknowledged' | 'resolved';
export type Texts = Readonly<Record<string, string>>;

/** Who did it. `id` is what the platform signed; `name` is for display only and proves nothing. */
export interface Actor {
  readonly platform: string; // slack | discord | teams | console | link | cli | monitor | timer | runbook | bridge
  readonly tenant?: string; // team, guild, AAD tenant
  readonly id: string;
  readonly name: string;
  readonly groups?: readonly string[]; // only where the payload carries them (Discord roles)
}

/** Tocsin itself, where it says something. */
export const BRIDGE: Actor = { platform: 'bridge', id: 'bridge', name: 'Tocsin' };

/** Tocsin, where time alone made it act: a reminder, the end of a snooze. */
export const TIMER: Actor = { platform: 'timer', id: 'timer', name: 'Tocsin' };

/** Whom a list of people names: `slack:U1`, `slack:S1` (group), `discord:role:9` (group), `console`, `person:anna`, `*`. */
export interface Principal {
  readonly platform: string; // `*` for everybody, `person` for a name that PERSON_<NAME> maps
  readonly kind: 'person' | 'group' | 'anyone';
  readonly id: string;
}

/** One thing a monitor said. */
export interface AlertEvent {
  readonly key: string; // the incident it folds into, unique within its source
  readonly kind: 'firing' | 'resolved' | 'info';
  readonly at?: number; // the sender's clock: orders the events of one key; absent: it told no time that can be believed
  readonly title: string; // `Production API is down`
  readonly brief?: string; // what and where in a few words, for a phone: `us-east, HTTP 500`
  readonly text?: string; // a sentence or more: `HTTP 500 after 2,500 ms from us-east.`
  readonly monitor?: string; // the monitor's name: `Production API`
  readonly severity?: Severity; // absent: the sender stated none
  readonly url?: string;
  readonly labels: Texts;
}

/** The events of one key, folded. */
export interface Incident {
  readonly id: string; // at most 16 characters, sortable by time of opening; with a generation it fits Discord's 25-character nonce
  readonly key: string; // `${source}:${event.key}`; at most one open incident per key
  readonly source: string;
  readonly status: Status;
  readonly severity: Severity;
  readonly title: string;
  readonly brief: string;
  readonly text: string;
  readonly monitor: string;
  readonly url?: string;
  readonly labels: Texts;
  readonly owner?: Actor;
  readonly acknowledgedAt?: number;
  readonly openedAt: number;
  readonly resolvedAt?: number;
  readonly resolvedBy?: Actor;
  readonly moved?: { readonly by: Actor; readonly at: number }; // the last step that changed its status or owner: whom a late press is told of
  readonly snoozedAt?: number;
  readonly snoozedUntil?: number; // reminders and escalation wait for it, and count anew from then
  readonly confirmedAt?: number; // its owner said that they are still on it, or a snooze of it ended
  readonly askedAt?: number; // its owner was asked “still on it?”, and has not answered
  readonly nudges?: Nudges; // kept when routed
  readonly silenced?: Held; // it was told nowhere but in the console
  readonly hushed?: Held; // somebody silenced its monitor on its card: reminders and escalation wait
  readonly lastEventAt: number; // the sender's clock: an older event never undoes a newer one; 0: it told no time
  readonly digest?: string; // of the last stored webhook's bytes: the idempotency key where a sender gives none
  readonly secret?: number; // which of its source's secrets verified that webhook, as they were then: 0 the newest
  readonly count: number; // firing reports folded in
  readonly flips: readonly number[]; // times of the last changes between firing and resolved of this key, for flapping
  readonly flapping: boolean;
  readonly flappingSince?: number; // while it flaps: over all incidents of the key
  readonly reached?: readonly Status[]; // states that it has been in: what runs by itself does so once for each
  readonly revision: number; // raised by the store alone, with every change
  readonly why: readonly RouteVerdict[]; // kept when routed: "Why did I get this?" months later
}

/** By the silence of this id, until then. */
export interface Held {
  readonly silence: string;
  readonly until: number;
}

/** How those whom it was told to are told again while nobody acknowledges it. */
export interface Nudges {
  readonly since: number; // waits count from here: it was told, given back, or a snooze of it ended
  readonly reminders: readonly Reminder[];
  readonly escalations: readonly Escalation[];
}
export interface Reminder {
  readonly every: number;
  readonly destinations: readonly string[];
  readonly lastAt?: number;
}
export interface Escalation {
  readonly after: number;
  readonly route: string;
  readonly options: RouteOptions; // of the cards at `to`
  readonly from: readonly string[]; // the route's own destinations
  readonly to: readonly string[];
  readonly doneAt?: number; // once, until it is given back or reopened
}

/** Incidents that all of its matchers hold for are told nowhere while it lasts, but in the console. */
export interface Silence {
  readonly id: string;
  readonly matchers: string; // as in a route: `source=wizstatus, monitor="Production API"`
  readonly madeAt: number;
  readonly until: number;
  readonly why: string;
  readonly by: Actor;
}

export interface RouteVerdict {
  readonly route: string; // the variable: ROUTE_DB
  readonly held: boolean;
  readonly because: string; // `monitor is "Production API", not matched by "db-.*"`
  readonly destinations: readonly string[]; // what it added, when it held
}

export type LineKind =
  | 'opened'
  | 'repeated'
  | 'flapping'
  | 'acknowledged'
  | 'taken_over'
  | 'unacknowledged'
  | 'resolved'
  | 'reopened'
  | 'snoozed'
  | 'assigned'
  | 'silenced'
  | 'noted'
  | 'run'
  | 'reminded'
  | 'escalated'
  | 'expired'
  | 'refused'
  | 'delivery';

/** edit: the card says it. thread: also a reply. channel: a reply that notifies the channel and mentions whom the route names. */
export type Tell = 'edit' | 'thread' | 'channel';

/** One line of an incident's timeline. Append-only. */
export interface Line {
  readonly at: number;
  readonly kind: LineKind;
  readonly actor: Actor;
  readonly text: string; // whole sentence part after the actor: `acknowledged`, `added a note: …`; plain data, never parsed
  readonly detail?: string; // what belongs to it, shown as it is: the last lines that a runbook printed, the inputs of a run that waits
  readonly tell: Tell;
  readonly channels?: readonly string[]; // told to the channel at these destinations only, elsewhere in the thread; absent: everywhere
  readonly mention?: readonly Principal[]; // whom it is meant for, wherever it is told
}

// ---------------------------------------------------------------- runs

export type RunState =
  | 'waiting' // for approvals
  | 'queued'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'timed_out'
  | 'cancelled'
  | 'unknown'; // it was running when its instance died: a person must look, it is never run again by itself

/** Actions whose argument is a run. */
export const OF_A_RUN: readonly string[] = ['approve', 'cancel'];

export const LIVE_RUN_STATES: readonly RunState[] = ['waiting', 'queued', 'running'];

export function isLiving({ state }: Pick<Run, 'state'>): boolean {
  return LIVE_RUN_STATES.includes(state);
}

/** Somebody else agreed to a run: to these inputs, and to the runbook's text as it was. */
export interface Approval {
  readonly by: Actor;
  readonly at: number;
}

/** One execution of a runbook. */
export interface Run {
  readonly id: string;
  readonly incident: string;
  readonly runbook: string; // the file's name without .md
  readonly label: string;
  readonly state: RunState;
  readonly by: Actor;
  readonly inputs: Texts;
  readonly inputLabels?: Texts; // what each input was called where it was filled in
  readonly press?: string; // the press that asked for it, by its platform: sent again, it finds this run
  readonly on?: Status; // it started by itself, when the incident came into this state
  readonly digest: string; // of the runbook's text when it was asked for: a changed file is not run under an old request
  readonly approvals: number; // other people who must agree
  readonly approveUntil?: number; // and by when
  readonly approvedBy?: readonly Approval[]; // who has agreed, first one first
  readonly requestedAt: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly timeoutAt?: number;
  readonly cancelledBy?: Actor; // Cancel was pressed; the runner ends it
  readonly cancelledAt?: number;
  readonly summary: string; // `exit 0 in 12 s`; empty while it lives
  readonly output: string; // head and tail, at most 64 KB, clean text
  readonly values: Texts; // what it keeps for later runs of the incident
}

// ---------------------------------------------------------------- deliveries

/** What a route says about one destination, beyond the address. */
export interface RouteOptions {
  readonly template: string;
  readonly mention: readonly Principal[];
  readonly remind?: number;
  readonly escalate?: { readonly after: number; readonly destinations: readonly string[] };
  readonly group?: readonly string[];
}

export type DeliveryState = 'waiting' | 'delivered' | 'retrying' | 'dead';

/** One incident at one destination, as people see it. */
export interface DeliveryView {
  readonly id: string;
  readonly destination: string; // `slack:C012`, `console`
  readonly route: string;
  readonly options: RouteOptions;
  readonly state: DeliveryState;
  readonly wanted: number; // the revision it should show
  readonly delivered: number; // the revision it shows; 0: none yet
  readonly attempt: number; // failed attempts in a row
  readonly retryAt?: number;
  readonly message?: Message;
  readonly error?: string; // the last failure, with the cure
}

/** What stands in a channel. */
export interface Message {
  readonly id: string;
  readonly channel: string;
  readonly thread?: string;
}

/** An incident with all that hangs on it: what /api/incidents shows. */
export interface IncidentView {
  readonly incident: Incident;
  readonly timeline: readonly Line[]; // oldest first
  readonly deliveries: readonly DeliveryView[];
  readonly runs: readonly Run[]; // oldest first
}

// ---------------------------------------------------------------- the card

export type Tone = Severity | 'acknowledged' | 'resolved';

/** The neutral message. Values are data already: no string here is ever parsed again. */
export interface Card {
  readonly incident: string;
  readonly revision: number;
  readonly at: number; // when it was drawn: what is young is told as an age
  readonly tone: Tone;
  readonly state: string; // in words: `Critical, firing`, `Acknowledged by Maya`, `Resolved by Maya after 4 m 10 s`
  readonly notice: string; // what a phone shows: `CRITICAL · Production API is down (us-east, HTTP 500)`
  readonly title: string;
  readonly url?: string; // http or https only
  readonly facts: readonly { readonly name: string; readonly value: Spans }[];
  readonly body: readonly Block[];
  readonly mentions: readonly Principal[]; // from front matter and routes only; an adapter takes those of its own platform
  readonly buttons: readonly Button[]; // in sight
  readonly more: readonly Button[]; // the menu
  readonly run?: RunningCard; // the newest living run
}
export interface RunningCard {
  readonly id: string;
  readonly label: string;
  readonly words: string; // `running, 0:12 of 2:00; asked for by Maya`
  readonly tail: string; // the last lines of its output; while it waits, its inputs
}
export type Span =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly bold?: true;
      readonly italic?: true;
      readonly code?: true;
      readonly url?: string;
    }
  | { readonly kind: 'time'; readonly at: number; readonly style: 'clock' | 'date' | 'relative' };
export type Spans = readonly Span[];
export type Block =
  | { readonly kind: 'paragraph' | 'quote'; readonly spans: Spans }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly depth: number; readonly items: readonly Spans[] }
  | { readonly kind: 'code'; readonly text: string };

/** What is open, for one person who asked. Values are data already: no string here is ever parsed again. */
export interface OpenList {
  readonly at: number; // when it was drawn
  readonly heading: string; // `7 incidents are open, …`; where nothing is listed, all that there is to say
  readonly worst?: Severity; // absent: nothing is listed
  readonly items: readonly Spans[]; // a line each, the worst first
  readonly count: number; // of all that are open: more than are listed, perhaps
  readonly url?: string; // the console, where all of them are
}

/** A sentence in place of the list. */
export const saying = (heading: string, at: number): OpenList => ({ at, heading, items: [], count: 0 });

/** A button or a menu entry: pressing it makes a Press with this action and argument. */
export interface Button {
  readonly action: string;
  readonly argument?: string;
  readonly label: string;
  readonly style?: 'primary' | 'danger' | 'run';
  readonly about?: string; // what it will do, for where what must be asked first opens in the card
  readonly confirm?: string;
  readonly asks?: readonly FormField[]; // what must be filled in first: inputs, a note's text
  readonly elsewhere?: string; // why who looks at it cannot press it there, and where it can be pressed: shown in its place
  readonly link?: string; // the page that does the same, for where no press can be sent
}

/** What a press needs to be told before it can be done: a modal, a ShowCard, a page. Answered by a second press. */
export interface Form {
  readonly title: string;
  readonly about?: string; // what it will do, for the person who is about to press
  readonly confirm?: string;
  readonly fields: readonly FormField[];
  readonly submit: Button;
}
export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly required: boolean;
  readonly long?: true; // a paragraph, not a line
  readonly hint?: string; // what may be written there
  readonly isPerson?: true; // the value names a person: where the platform has a picker of its people, one may be picked
}
