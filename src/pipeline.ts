import { actionNamed, offersOf } from './actions/index.ts';
import { durationText } from './domain/duration.ts';
import type { Failure } from './domain/errors.ts';
import { newId } from './domain/id.ts';
import {
  type Actor,
  type Card,
  type Form,
  type Incident,
  isLiving,
  type Line,
  type Principal,
  type Run,
  type RunState,
  type Texts,
} from './domain/model.ts';
import type {
  Action,
  Change,
  Clock,
  Decision,
  Delivery,
  Found,
  Log,
  Metrics,
  Moment,
  NewDelivery,
  Press,
  Received,
  Reply,
  Scene,
  Store,
  Webhook,
} from './domain/ports.ts';
import { isOneOf, type People, principalText } from './domain/principal.ts';
import { makeCard } from './formatter/card.ts';
import { fold, refusedLine } from './incidents/incident.ts';
import type { Route } from './routing/grammar.ts';
import { route } from './routing/route.ts';
import { offersFor, type Runbook } from './runbooks/load.ts';
import type { CardTemplates } from './templates/cards.ts';

/** The bridge: what the receiver, the console and the adapters may ask of it. */
export interface Bridge {
  /** A verified webhook. Resolves when it is on disk. Rejects with StoreUnavailable where nothing was stored. */
  receive(webhook: Webhook): Promise<Received>;
  /** Somebody pressed a button. Resolves when its result is on disk. */
  press(press: Press): Promise<Reply>;
  /** What a press of this action would ask first; undefined: nothing. Changes nothing. */
  form(incident: string, action: string, argument?: string): Promise<Form | undefined>;
  /** The card of an incident as it is now. Never throws: a template that fails gives the built-in card. */
  card(incident: Incident, livingRuns: readonly Run[], template?: string): Card;
}

/** The bridge's other two entrances (a run, a destination), and what delivery shows. */
export interface Pipeline extends Bridge {
  /** The card as one destination shows it. */
  cardFor(delivery: Delivery, platform: string): Card;
  /** Who may run it, asked again just before it runs: true, or why not. */
  mayStill(run: Run, runbook: Runbook): Promise<true | string>;
  /** false: it was cancelled before it began. */
  began(run: Run, timeoutAt: number): Promise<boolean>;
  ended(run: Run, result: { state: RunState; summary: string; output: string; values: Texts }): Promise<void>;
  /** A destination cannot be reached: said in the timeline, and told at the fallback destination. */
  lost(delivery: Delivery, failure: Failure): Promise<void>;
  back(delivery: Delivery): Promise<void>;
}

/** What an admin configures and may change while the bridge runs. */
export interface Settings {
  readonly routes: readonly Route[];
  readonly responders: ReadonlyMap<string, readonly Principal[]>; // by action; `*` for the rest
  readonly people: People;
  readonly fallback?: string;
  readonly templates: CardTemplates;
  readonly runbooks: readonly Runbook[];
}

/** A sender repeats bytes that it thinks got lost within minutes; later the same bytes are news: it is still down. */
const RESEND_WINDOW_MS = 5 * 60_000;

const BRIDGE: Actor = { platform: 'bridge', id: 'bridge', name: 'Tocsin' };
const ANYONE: readonly Principal[] = [{ platform: '*', kind: 'anyone', id: '*' }];

/** The bridge in one page: each entrance is a decision that becomes one Change, stored before it is answered. */
export function createPipeline(options: {
  readonly store: Store;
  readonly settings: () => Settings;
  readonly groups: (actor: Actor) => Promise<readonly string[]>; // throws: they cannot be had now
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}): Pipeline {
  const { store, settings, groups, clock, log, metrics } = options;

  // ------------------------------------------------------------ a webhook

  async function receive(webhook: Webhook): Promise<Received> {
    const { source, id, digest, labels, events } = webhook;
    const from = {
      source: source.name,
      actor: { platform: 'monitor', id: source.name, name: source.label },
      digest,
      labels,
    };
    const moments = replayable(clock.now());
    const changed = await store.change<Received>({
      ...(id === undefined ? {} : { once: `${source.name}:${id}` }),
      keys: [...new Set(events.map((event) => `${source.name}:${event.key}`))],
      decide: (found) => {
        const at = moments();
        const now = new Map(found.byKey);
        const changes = new Map<string, Change>();
        const reasons: string[] = [];
        let repeats = 0;
        for (const event of events) {
          const key = `${source.name}:${event.key}`;
          const before = now.get(key);
          const stored = found.byKey.get(key); // as it was before this webhook
          if (id === undefined && stored !== undefined && isResent(stored, digest, event.kind, at.now)) {
            repeats += 1;
            continue;
          }
          const folded = fold(before, event, from, at);
          if (folded.kind === 'nothing') {
            reasons.push(folded.reason);
            continue;
          }
          const change = folded.opened
            ? routed(folded.incident, folded.lines, at)
            : { incident: folded.incident, timeline: folded.lines };
          changes.set(change.incident.id, merge(changes.get(change.incident.id), change));
          now.set(key, { ...change.incident, revision: 0 });
        }
        if (changes.size > 0)
          return { changes: [...changes.values()], answer: { kind: 'stored', incidents: [...changes.keys()] } };
        return {
          changes: [],
          answer: repeats > 0 ? { kind: 'duplicate' } : { kind: 'ignored', reason: reasons[0] ?? 'nothing to tell' },
        };
      },
    });
    return changed.duplicate ? { kind: 'duplicate' } : changed.answer;
  }

  function routed(incident: Change['incident'], timeline: readonly Line[], at: Moment): Change {
    const { verdicts, targets } = route(incident, settings().routes);
    return {
      incident: { ...incident, why: verdicts },
      timeline,
      deliveries: targets.map((target): NewDelivery => ({ id: at.newId(), ...target })),
    };
  }

  // ------------------------------------------------------------ a press

  async function press(press: Press): Promise<Reply> {
    const reply = await answer(press);
    metrics.pressed(
      press.actor.platform,
      actionNamed(press.action)?.name ?? 'unknown',
      reply.kind === 'refused' ? reply.code : reply.kind,
    );
    return reply;
  }

  async function answer(press: Press): Promise<Reply> {
    const action = actionNamed(press.action);
    if (action === undefined)
      return { kind: 'refused', code: 'unknown_action', text: `There is no action “${press.action}”.` };
    const view = await store.incident(press.incident);
    const standsThere = press.from.destination === undefined || view?.deliveries.some(standsAt(press.from));
    if (view === undefined || !standsThere)
      return { kind: 'refused', code: 'not_found', text: 'This incident is not known here (any more).' };

    const forbidden = await whyNot(action, press, view.runs);
    if (forbidden !== undefined) {
      await record(press, refusedLine(press.actor, action.name, forbidden, clock.now()));
      return { kind: 'refused', code: 'not_allowed', text: forbidden };
    }

    const living = view.runs.filter(isLiving);
    const scene = sceneOf(view.incident, living);
    if (press.confirmed !== true) {
      const form = action.form?.(scene, press);
      if (form !== undefined) return { kind: 'ask', form, problems: [] };
    }
    const moments = replayable(clock.now());
    const once = `press:${press.actor.platform}:${press.id}`;
    const first = action.decide(scene, press, moments());
    if (first.kind === 'told') return first;
    // The same press again, after its answer was lost, is no late press: it was done.
    if (first.kind === 'refused' && !(await store.seen(once))) return first;

    const changed = await store.change<Decision>({
      once,
      ids: [press.incident],
      decide: (found) => {
        const incident = found.byId.get(press.incident);
        if (incident === undefined) return { changes: [], answer: gone };
        const newest = found.byKey.get(incident.key);
        const decision = action.decide(sceneOf(incident, found.runs.get(incident.id) ?? [], newest), press, moments());
        return { changes: decision.kind === 'change' ? [decision.change] : [], answer: decision };
      },
    });
    const decision = changed.duplicate ? undefined : changed.answer;
    if (decision !== undefined && decision.kind !== 'change') return decision;

    const after = await store.incident(press.incident);
    if (after === undefined) return gone;
    const done = {
      incident: press.incident,
      card: card(after.incident, after.runs.filter(isLiving)),
      text: decision?.text ?? 'This press was already done.',
    };
    const run = decision === undefined ? startedBefore(press, after.runs) : decision.run;
    return run === undefined ? { kind: 'done', ...done } : { kind: 'started', run, ...done };
  }

  async function form(incident: string, name: string, argument?: string): Promise<Form | undefined> {
    const view = await store.incident(incident);
    if (view === undefined) return undefined;
    const asked: Press = {
      id: '',
      actor: BRIDGE,
      incident,
      from: {},
      action: name,
      ...(argument === undefined ? {} : { argument }),
    };
    return actionNamed(name)?.form?.(sceneOf(view.incident, view.runs.filter(isLiving)), asked);
  }

  // ------------------------------------------------------------ who may

  /** Why this actor may not; undefined: they may. Identity comes from what the platform signed, never from the button. */
  async function whyNot(action: Action, press: Press, runs: readonly Run[]): Promise<string | undefined> {
    const { responders } = settings();
    if (action.name === 'why' && !responders.has('why')) return undefined; // it is told to one person and changes nothing
    const general = responders.get(action.name) ?? responders.get('*') ?? ANYONE;
    const runbook = runbookOf(action, press, runs);
    if (runbook === undefined) return notOneOf(press.actor, general, `may ${words(action.name)}`);
    if (press.actor.platform === 'link')
      return 'A link cannot start or stop a runbook: press the button in the channel.';
    return (
      (responders.has(action.name) ? await notOneOf(press.actor, general, `may ${words(action.name)}`) : undefined) ??
      (await notOneOf(press.actor, runbook.allow, `may run ${runbook.label}`))
    );
  }

  function runbookOf(action: Action, press: Press, runs: readonly Run[]): Runbook | undefined {
    const name =
      action.name === 'run'
        ? press.argument
        : action.name === 'cancel'
          ? runs.find((run) => run.id === press.argument)?.runbook
          : undefined;
    return settings().runbooks.find((runbook) => runbook.name === name);
  }

  async function notOneOf(actor: Actor, allowed: readonly Principal[], may: string): Promise<string | undefined> {
    const { people } = settings();
    if (isOneOf(actor, actor.groups ?? [], allowed, people)) return undefined;
    const list = allowed.map(principalText).join(', ') || 'nobody';
    const refused = `Only ${list} ${may}.`;
    if (!allowed.some((principal) => principal.kind === 'group' || principal.platform === 'person')) return refused;
    try {
      return isOneOf(actor, [...(actor.groups ?? []), ...(await groups(actor))], allowed, people) ? undefined : refused;
    } catch (cause) {
      log.warn({ err: cause, platform: actor.platform }, 'groups of an actor cannot be had: refused');
      return `${refused} Your groups cannot be looked up right now; try again in a minute.`;
    }
  }

  async function mayStill(run: Run, runbook: Runbook): Promise<true | string> {
    return (await notOneOf(run.by, runbook.allow, `may run ${runbook.label}`)) ?? true;
  }

  async function record(press: Press, line: Line): Promise<void> {
    await store.change({
      once: `press:${press.actor.platform}:${press.id}`,
      ids: [press.incident],
      decide: (found) => ({ changes: onIncident(found, press.incident, [line]), answer: undefined }),
    });
  }

  // ------------------------------------------------------------ a run

  async function began(run: Run, timeoutAt: number): Promise<boolean> {
    const startedAt = clock.now();
    const changed = await store.change<boolean>({
      ids: [run.incident],
      decide: (found) => {
        const queued = found.runs.get(run.incident)?.find(({ id }) => id === run.id);
        if (queued === undefined || queued.cancelledBy !== undefined) return { changes: [], answer: false };
        const running: Run = { ...queued, state: 'running', startedAt, timeoutAt };
        return { changes: onIncident(found, run.incident, [], [running]), answer: true };
      },
    });
    return !changed.duplicate && changed.answer;
  }

  async function ended(
    run: Run,
    result: { state: RunState; summary: string; output: string; values: Texts },
  ): Promise<void> {
    const endedAt = clock.now();
    metrics.ran(run.runbook, result.state);
    await store.change({
      once: `run:${run.id}:ended`,
      ids: [run.incident],
      decide: (found) => {
        const living = found.runs.get(run.incident)?.find(({ id }) => id === run.id);
        if (living === undefined) return { changes: [], answer: undefined };
        const line: Line = {
          at: endedAt,
          kind: 'run',
          actor: { platform: 'runbook', id: run.runbook, name: run.label },
          text: `${words(result.state)}: ${result.summary}`,
          tell: 'thread',
        };
        return {
          changes: onIncident(found, run.incident, [line], [{ ...living, ...result, endedAt }]),
          answer: undefined,
        };
      },
    });
  }

  // ------------------------------------------------------------ a destination

  async function lost(delivery: Delivery, failure: Failure): Promise<void> {
    const { fallback } = settings();
    const moments = replayable(clock.now());
    await store.change({
      ids: [delivery.incident.id],
      decide: (found) => {
        const at = moments();
        const cure = failure.cure === undefined ? '' : ` ${failure.cure}`;
        const line: Line = {
          at: at.now,
          kind: 'delivery',
          actor: BRIDGE,
          text: `could not reach ${delivery.destination}: ${failure.message}.${cure}`,
          tell: 'thread',
        };
        const toFallback: readonly NewDelivery[] =
          fallback === undefined || fallback === delivery.destination
            ? []
            : [{ id: at.newId(), destination: fallback, route: 'FALLBACK_DESTINATION', options: delivery.options }];
        const changes = onIncident(found, delivery.incident.id, [line]);
        return { changes: changes.map((change) => ({ ...change, deliveries: toFallback })), answer: undefined };
      },
    });
  }

  async function back(delivery: Delivery): Promise<void> {
    const now = clock.now();
    const late = durationText(now - delivery.waitingSince);
    const text = `reached ${delivery.destination} again, ${late} late`;
    await store.change({
      ids: [delivery.incident.id],
      decide: (found) => ({
        changes: onIncident(found, delivery.incident.id, [
          { at: now, kind: 'delivery', actor: BRIDGE, text, tell: 'edit' },
        ]),
        answer: undefined,
      }),
    });
  }

  // ------------------------------------------------------------ the card

  function sceneOf(incident: Incident, runs: readonly Run[], newest?: Incident): Scene {
    return {
      incident,
      runs,
      runbooks: offersFor(incident, settings().runbooks),
      ...(newest === undefined || newest.id === incident.id ? {} : { newer: newest }),
    };
  }

  function card(incident: Incident, livingRuns: readonly Run[], template = 'incident'): Card {
    return drawn({ incident, runs: livingRuns, template, mention: [], platform: 'console', route: '' });
  }

  function cardFor(delivery: Delivery, platform: string): Card {
    const { incident, runs, options: chosen, route: by } = delivery;
    return drawn({ incident, runs, template: chosen.template, mention: chosen.mention, platform, route: by });
  }

  function drawn(
    input: Pick<Parameters<typeof makeCard>[0], 'incident' | 'runs' | 'template' | 'mention' | 'platform' | 'route'>,
  ): Card {
    const { card, fault } = makeCard(
      { ...input, ...offersOf(sceneOf(input.incident, input.runs)), people: settings().people, now: clock.now() },
      settings().templates,
    );
    if (fault !== undefined)
      log.warn({ template: input.template, incident: input.incident.id, fault }, 'template failed');
    return card;
  }

  return { receive, press, form, card, cardFor, mayStill, began, ended, lost, back };
}

const gone = { kind: 'refused', code: 'not_found', text: 'This incident is not known here (any more).' } as const;

/** The same bytes as the last stored for this incident's key, so soon that the sender only thinks they were lost. */
function isResent(before: Incident, digest: string, kind: string, now: number): boolean {
  if (before.digest !== digest) return false;
  const stillFiring = kind === 'firing' && before.status === 'resolved';
  return !stillFiring || now - (before.resolvedAt ?? 0) < RESEND_WINDOW_MS;
}

/** Two events of one webhook for one incident are one change. */
function merge(earlier: Change | undefined, later: Change): Change {
  if (earlier === undefined) return later;
  return {
    incident: { ...later.incident, why: earlier.incident.why },
    timeline: [...earlier.timeline, ...later.timeline],
    ...(earlier.deliveries === undefined ? {} : { deliveries: earlier.deliveries }),
  };
}

/** The incident as it is, with lines and runs added. */
function onIncident(found: Found, id: string, timeline: readonly Line[], runs: readonly Run[] = []): readonly Change[] {
  const incident = found.byId.get(id);
  return incident === undefined ? [] : [{ incident, timeline, runs }];
}

/** Deciding twice decides the same: every call of the returned function hands out the same time and the same ids. */
function replayable(now: number): () => Moment {
  const ids: string[] = [];
  return () => {
    let used = 0;
    return {
      now,
      newId() {
        const index = used++;
        ids[index] ??= newId(now);
        return ids[index];
      },
    };
  };
}

function standsAt(from: Press['from']): (delivery: { destination: string; message?: { id: string } }) => boolean {
  return (delivery) =>
    delivery.destination === from.destination && (from.message === undefined || delivery.message?.id === from.message);
}

/** The run that this very press started when it first came. */
function startedBefore(press: Press, runs: readonly Run[]): string | undefined {
  const isIt = ({ runbook, by }: Run) => runbook === press.argument && by.id === press.actor.id;
  return press.action === 'run' ? runs.findLast(isIt)?.id : undefined;
}

function words(name: string): string {
  return name.replaceAll(/[-_]/g, ' ');
}
