import { actionNamed } from '../actions/index.ts';
import { addressOf } from '../domain/destination.ts';
import {
  BRIDGE,
  type Card,
  type DeliveryView,
  type Form,
  type IncidentView,
  isLiving,
  type Run,
} from '../domain/model.ts';
import type { Action, Changed, Decision, Moment, Press, Reply } from '../domain/ports.ts';
import { pressKey } from '../domain/press-key.ts';
import { refusedLine } from '../incidents/incident.ts';
import { doneEntry, pressEntry } from './audit.ts';
import type { Drawing } from './card.ts';
import { replayable } from './moment.ts';
import { onIncident } from './on-incident.ts';
import type { Parts } from './parts.ts';
import type { Permission } from './permission.ts';
import { holding } from './silences.ts';

/** A press: may they, does it still fit, what must be asked; then one change, and the answer with the card as it is now. */
export function createPresses(parts: Parts & Drawing & Permission) {
  const { store, settings, clock, metrics, sceneOf, card, cardFor, whyNot } = parts;

  async function press(press: Press): Promise<Reply> {
    const reply = await answer(press);
    if (reply.kind === 'refused' && reply.code === 'not_allowed') await record(press, reply.text);
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
    if (view === undefined || !standsThere(press, view)) return gone;
    // Each decision of one press, before and within the commit, is made at the same moment, with the same new ids.
    const moments = replayable(clock.now());
    const early = await unchanged(action, press, view, moments());
    if (early !== undefined) return early;

    const changed = await change(action, press, toldBy(view), moments);
    const after = await store.incident(press.incident);
    if (after === undefined) return gone;
    const decision = changed.duplicate ? undefined : changed.answer;
    if (decision !== undefined && decision.kind !== 'change') {
      // It came too late by a moment: what was done meanwhile (a run that ended) is known only now.
      const late = action.decide({ ...sceneOf(after.incident, after.runs), told: toldBy(after) }, press, moments());
      return late.kind === 'refused' ? late : decision;
    }
    const done = {
      incident: press.incident,
      card: cardAt(press, after),
      text: decision?.text ?? 'This press was already done.',
      ...(changed.duplicate && { again: true as const }),
    };
    const run = decision === undefined ? startedBefore(press, after.runs) : decision.run;
    return run === undefined ? { kind: 'done', ...done } : { kind: 'started', run, ...done };
  }

  /** The answer where nothing is to be changed: they may not, something must be asked first, they only wanted to know, or it is too late. */
  async function unchanged(action: Action, press: Press, view: IncidentView, at: Moment): Promise<Reply | undefined> {
    const { incident, runs } = view;
    const forbidden = await whyNot(action, press, runs);
    if (forbidden !== undefined) return { kind: 'refused', code: 'not_allowed', text: forbidden };
    const silences = SILENCE_ACTIONS.includes(action.name) ? holding(await store.silences.active(), incident) : [];
    const scene = { ...sceneOf(incident, runs), silences, told: toldBy(view) };
    const form = press.confirmed === true ? undefined : action.form?.(scene, press);
    if (form !== undefined) return { kind: 'ask', form, problems: [] };
    const decision = action.decide(scene, press, at);
    if (decision.kind === 'told') return decision;
    // The same press again, after its answer was lost, is no late press: it was done.
    return decision.kind === 'refused' && !(await store.seen(onceOf(press))) ? decision : undefined;
  }

  function change(
    action: Action,
    press: Press,
    told: readonly string[],
    moments: () => Moment,
  ): Promise<Changed<Decision>> {
    return store.change<Decision>({
      once: onceOf(press),
      ids: [press.incident],
      decide: (found) => {
        const incident = found.byId.get(press.incident);
        if (incident === undefined) return { changes: [], answer: gone, forget: true };
        const newest = found.byKey.get(incident.key);
        const scene = {
          ...sceneOf(incident, found.runs.get(incident.id) ?? [], newest),
          told,
          silences: holding(found.silences, incident),
        };
        const decision = action.decide(scene, press, moments());
        if (decision.kind !== 'change') return { changes: [], answer: decision, forget: true };
        const entry = doneEntry(press, decision, moments().now);
        return { changes: [{ ...decision.change, audit: [entry] }], answer: decision };
      },
    });
  }

  /** Whose people the incident's cards tell. */
  function toldBy({ deliveries }: IncidentView): readonly string[] {
    const standing = new Set(
      deliveries.filter(({ state }) => state !== 'dead').map(({ destination }) => addressOf(destination).platform),
    );
    const { platforms = [] } = settings();
    return platforms.flatMap(({ platform: { name, people } }) =>
      people !== undefined && standing.has(name) ? [people] : [],
    );
  }

  /** As it stands where it was pressed. */
  function cardAt({ actor, from }: Press, { incident, runs, deliveries }: IncidentView): Card {
    const living = runs.filter(isLiving);
    const pressed = from && deliveries.find(standsAt(actor.platform, from));
    return pressed === undefined
      ? card(incident, living)
      : cardFor({ incident, runs: living, options: pressed.options, route: pressed.route }, actor.platform);
  }

  async function form(incident: string, name: string, argument?: string, actor = BRIDGE): Promise<Form | undefined> {
    const view = await store.incident(incident);
    if (view === undefined) return undefined;
    const asked: Press = {
      id: '',
      actor,
      incident,
      action: name,
      ...(argument === undefined ? {} : { argument }),
    };
    return actionNamed(name)?.form?.(sceneOf(view.incident, view.runs), asked);
  }

  /** Whoever refused it: that somebody was not allowed is in the timeline and in the audit trail. */
  async function record(press: Press, why: string): Promise<void> {
    const { actor, incident, action } = press;
    const now = clock.now();
    const entry = pressEntry(press, 'not_allowed', now);
    const hour = Math.floor(now / HOUR_MS); // who presses the same again and again would fill the timeline
    await store.change({
      once: `refused:${actor.platform}:${actor.id}:${incident}:${entry.what}:${hour}`,
      ids: [incident],
      decide: (found) => ({
        changes: onIncident(found, incident, [refusedLine(actor, action, why, now)], [], [entry]),
        answer: undefined,
      }),
    });
  }

  return { press, form, wasPressed: (press: Pick<Press, 'id' | 'actor'>) => store.seen(onceOf(press)) };
}

const HOUR_MS = 3_600_000;
const SILENCE_ACTIONS: readonly string[] = ['why', 'silence'];

/** What the store knows a press by. */
const onceOf = (press: Pick<Press, 'id' | 'actor'>): string => `press:${pressKey(press)}`;

const gone = { kind: 'refused', code: 'not_found', text: 'This incident is not known here (any more).' } as const;

/** The card that was pressed must be this incident's; who presses elsewhere than on a card may do so anywhere. */
function standsThere({ actor, from }: Press, { deliveries }: IncidentView): boolean {
  return from === undefined || deliveries.some(standsAt(actor.platform, from));
}

/** One whose post is not written down yet may be pressed already. */
function standsAt(platform: string, from: NonNullable<Press['from']>): (delivery: DeliveryView) => boolean {
  return ({ destination, message, state }) =>
    destination.startsWith(`${platform}:`) &&
    (message === undefined ? state !== 'dead' : message.channel === from.channel && message.id === from.message);
}

/** The run that this very press started when it first came. */
function startedBefore(press: Press, runs: readonly Run[]): string | undefined {
  return runs.find((run) => run.press === pressKey(press))?.id;
}
