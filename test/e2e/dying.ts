import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Answer, type Bridge, type IncidentJson, newPlace, type Place, startBridge } from '../support/bridge.ts';
import type { HttpChatServer } from '../support/http-chat/server.ts';
import { incidentsOf } from '../support/incidents-of.ts';
import { NOTING_RUNBOOK, noted } from '../support/noting-runbook.ts';
import { cardsIn, entries, incidentOn, startChat } from './chat.ts';

const DYING = join(import.meta.dirname, '..', 'support', 'dying-main.ts');
const MONITOR = 'Production API';
const FORGED = 'Forged';

/**
 * One incident from its first webhook to its end, at a destination where a lost post can be looked for and at one where
 * it cannot. The bridge dies at the given operation and is started again; whoever asked asks again until it is answered.
 */
export async function storyThatDiesAt(operation: number): Promise<Told> {
  const chat = await startChat();
  const place = newPlace();
  const env = {
    HTTP_CHAT_URL: chat.url,
    BLIND_CHAT_URL: chat.url,
    ROUTE_DEFAULT: 'http-chat:ops, blind-chat:managers, console',
  };
  const start = (more: Readonly<Record<string, string>> = {}) =>
    startBridge({ main: DYING, env: { ...env, ...more }, files: NOTING_RUNBOOK, after: place });
  let died = false;
  const again = () => {
    died = true;
    return start();
  };
  let bridge = await start({ DIES_AT: String(operation) }).catch(again); // dead before it was ready

  /** Whatever it takes: a bridge that died is started again. */
  async function until<T>(ask: (bridge: Bridge) => Promise<T>, isIt: (answer: T) => boolean): Promise<T> {
    const end = performance.now() + SETTLED_WITHIN_MS;
    let last: unknown;
    while (performance.now() < end) {
      last = await ask(bridge).catch((error: unknown) => error);
      if (!(last instanceof Error) && isIt(last as T)) return last as T;
      if (isDead(bridge)) bridge = await again();
      else await new Promise((resolve) => setTimeout(resolve, 15));
    }
    throw new Error(`It does not come to it: ${JSON.stringify(last)}`, { cause: last });
  }
  const answered = (status: number, ask: (bridge: Bridge) => Promise<Answer>) =>
    until(ask, (answer) => answer.status === status);
  const seen = (isIt: (incident: IncidentJson) => boolean) =>
    until(
      async (bridge) => (await incidentsOf(bridge))[0],
      (incident) => incident !== undefined && isIt(incident),
    ) as Promise<IncidentJson>;

  await answered(401, (bridge) => bridge.send(FORGED, 'firing', { secret: 'not the secret' }));
  await answered(200, (bridge) => bridge.send(MONITOR, 'firing', { id: 'firing' }));
  const { id } = await seen(() => true);
  await answered(200, (bridge) => bridge.press(id, 'acknowledge', {}, 'press 1'));
  await answered(202, (bridge) => bridge.press(id, 'run', { argument: 'note' }, 'press 2'));
  await seen(({ runs }) => runs.every(({ state }) => state !== 'queued' && state !== 'running'));
  await answered(200, (bridge) => bridge.send(MONITOR, 'resolved', { id: 'resolved' }));
  await seen(isShown);
  if (!died) {
    const code = await bridge.stop();
    bridge = code === 0 ? await start() : await again();
  }
  await seen(isShown);
  const incidents = await incidentsOf(bridge);
  await bridge.kill();
  return { chat, place, incidents, died, at: died ? nameOf(operation, place) : 'nowhere' };
}

export interface Told {
  readonly chat: HttpChatServer;
  readonly place: Place;
  readonly incidents: readonly IncidentJson[];
  readonly died: boolean;
  readonly at: string; // which operation it was
}

const SETTLED_WITHIN_MS = 20_000;

/** The invariants I1 to I7, whose numbers stand behind them. */
export function expectWhole({ chat, place, incidents, at }: Told): void {
  const [incident] = incidents;
  if (incident === undefined) throw new Error(`nothing is left, ${at}`);
  const { status, count, timeline, deliveries, runs } = incident;
  const times = (kind: string) => timeline.filter((line) => line.kind === kind).length;
  expect(
    {
      incidents: incidents.length, // I1
      monitor: incident.title, // I3
      status,
      count,
      deliveries: deliveries.map(({ state }) => state), // I2
      opened: times('opened'), // I7
      acknowledged: times('acknowledged'),
      resolved: times('resolved'),
      run: times('run'), // asked for, and ended
      runs: runs.length, // I6
    },
    at,
  ).toEqual({
    incidents: 1,
    monitor: `${MONITOR} is up`,
    status: 'resolved',
    count: 1,
    deliveries: ['delivered', 'delivered', 'delivered'],
    opened: 1,
    acknowledged: 1,
    resolved: 1,
    run: 2,
    runs: 1,
  });
  expectCards(chat, incident, at);
  expectOneRun(place, incident, at);
}

function expectCards(chat: HttpChatServer, { id, revision }: IncidentJson, at: string): void {
  const posts = (channel: string) => entries(chat, 'created', channel).map(incidentOn);
  expect(posts('ops'), at).toEqual([id]); // I4
  expect(posts('managers').length, at).toBeLessThanOrEqual(2); // where nobody can look: one crash, one more
  expect(new Set(posts('managers')), at).toEqual(new Set([id]));
  for (const channel of ['ops', 'managers'])
    expect(cardsIn(chat, channel).get(id), at).toMatchObject({ tone: 'resolved', revision }); // I5
  expect(JSON.stringify(chat.log), at).not.toContain(FORGED); // I3
  for (const kind of ['acknowledged', 'resolved']) {
    const told = entries(chat, 'replied', 'ops').filter(({ content }) => (content as { kind: string }).kind === kind);
    expect(told.length, `${kind}, in the thread, ${at}`).toBeGreaterThanOrEqual(1);
    expect(told.length, `${kind}, in the thread, ${at}`).toBeLessThanOrEqual(2);
  }
}

/** I6 */
function expectOneRun(place: Place, { id, runs }: IncidentJson, at: string): void {
  const [run] = runs;
  const ran = noted(place);
  if (run?.state === 'succeeded') expect(ran, at).toEqual([{ run: run.id, incident: id }]);
  else {
    expect(run?.state, at).toBe('unknown');
    expect(ran.length, at).toBeLessThanOrEqual(1);
  }
}

/** How many operations the whole story has. */
export function operationsOf({ folder }: Place): readonly string[] {
  const path = join(folder, 'operations');
  return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
}

const nameOf = (operation: number, place: Place): string =>
  `dead at operation ${operation}, ${operationsOf(place)[operation - 1]}`;
const isDead = ({ child }: Bridge): boolean => child.signalCode !== null || child.exitCode !== null;
const isShown = ({ status, deliveries, revision }: IncidentJson): boolean =>
  status === 'resolved' && deliveries.every(({ state, delivered }) => state === 'delivered' && delivered === revision);
