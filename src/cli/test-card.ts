import { setTimeout as wait } from 'node:timers/promises';
import { FaultsFound } from '../domain/errors.ts';
import { newId } from '../domain/id.ts';
import type { Actor, AlertEvent, DeliveryView, Incident } from '../domain/model.ts';
import type { Change, Moment, Store } from '../domain/ports.ts';
import { fold } from '../incidents/incident.ts';
import { parseDestination } from '../routing/grammar.ts';
import { CannotDo, type Io } from './command.ts';
import { needConfig } from './need-config.ts';
import { withStore } from './with-store.ts';

const PATIENCE_MS = 15_000;
const LOOK_EVERY_MS = 200;

const ACTOR: Actor = { platform: 'cli', id: 'tocsin', name: 'tocsin send' };

/** Puts a test card on one destination as an incident would come there, says how it went, and resolves it again. */
export async function sendTestCard(to: string, json: boolean, io: Io): Promise<number> {
  const config = needConfig(io);
  const on = config.platforms.map(({ platform }) => platform.name);
  const parsed = parseDestination('--to', to, on);
  if ('faults' in parsed) throw new FaultsFound(parsed.faults);
  const { destination } = parsed;
  return withStore(config, io, async (store) => {
    const incident = await open(store, destination);
    const delivery = await settled(store, incident);
    await resolve(store, incident);
    const state = delivery?.state ?? 'waiting';
    const error = delivery?.error ?? (state === 'waiting' ? 'No bridge took it: start one with npm start.' : undefined);
    const answer = { destination, incident, state, ...(error !== undefined && { error }) };
    io.print(json ? JSON.stringify(answer) : `${destination}: ${state}${error === undefined ? '' : `. ${error}`}`);
    return state === 'delivered' ? 0 : 1;
  });
}

async function open(store: Store, destination: string): Promise<string> {
  const changed = await store.change<string>({
    decide: () => {
      const at = moment();
      const { incident, timeline } = folded(undefined, 'firing', at);
      const options = { template: 'incident', mention: [] };
      const deliveries = [{ id: at.newId(), destination, route: 'tocsin send --to', options }];
      return { changes: [{ incident, timeline, deliveries }], answer: incident.id };
    },
  });
  if (changed.duplicate) throw new CannotDo('this test card was already sent.');
  return changed.answer;
}

/** Its delivery when something became of it; as it stands after 15 s otherwise. */
async function settled(store: Store, incident: string): Promise<DeliveryView | undefined> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const [delivery] = (await store.incident(incident))?.deliveries ?? [];
    if (delivery?.state === 'delivered' || delivery?.state === 'dead' || performance.now() > until) return delivery;
    await wait(LOOK_EVERY_MS);
  }
}

async function resolve(store: Store, id: string): Promise<void> {
  await store.change({
    ids: [id],
    decide: (found) => {
      const before = found.byId.get(id);
      return { changes: before ? [folded(before, 'resolved', moment())] : [], answer: undefined };
    },
  });
}

function folded(before: Incident | undefined, kind: AlertEvent['kind'], at: Moment): Change {
  const event: AlertEvent = {
    key: before?.key.slice('tocsin:'.length) ?? `test-card-${at.newId()}`,
    kind,
    at: at.now,
    title: 'Test card from tocsin send',
    text: 'If you can read this, cards reach this channel.',
    severity: 'info',
    labels: {},
  };
  const step = fold(before, event, { source: 'tocsin', actor: ACTOR, digest: '', labels: {} }, at);
  if (step.kind === 'nothing') throw new CannotDo(step.reason);
  return { incident: step.incident, timeline: step.lines };
}

const moment = (): Moment => {
  const now = Date.now();
  return { now, newId: () => newId(now) };
};
