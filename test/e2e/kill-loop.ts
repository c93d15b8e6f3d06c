import { expect } from 'vitest';
import { type Bridge, type IncidentJson, startBridge } from '../support/bridge.ts';
import type { HttpChatServer } from '../support/http-chat/server.ts';
import { incidentsOf, monitorOf } from '../support/incidents-of.ts';
import { NOTING_RUNBOOK, noted } from '../support/noting-runbook.ts';
import { randomFrom } from '../support/random.ts';
import { soon } from '../support/soon.ts';
import { cardsIn, entries, incidentOn, startChat } from './chat.ts';

const SENDERS = 8;
const LANES = { ops: 'http-chat:ops', managers: 'http-chat:managers', blind: 'blind-chat:blind' } as const;
const ANSWERED_WITHIN_MS = 60_000;
const QUIET_AT_MOST_MS = 30_000;

/** What follows the first webhook of a monitor, one step after the other was answered. */
type Step = 'acknowledge' | 'run' | 'resolve' | 'recovers';
const STORIES: readonly (readonly Step[])[] = [
  [],
  ['recovers'],
  ['run'],
  ['acknowledge', 'resolve'],
  ['acknowledge', 'run', 'recovers'],
];

/**
 * A bridge under load that is killed again and again, at places that the seed chooses, and started at once. Each fifth
 * monitor has the same story; two of five recover, so that `monitors` of them send 1.4 times as many webhooks. What is
 * looked at afterwards: what the chat server saw, what was answered, what the public API says, what the runbook wrote.
 */
export async function killLoop(size: { readonly monitors: number; readonly kills: number }, seed: number) {
  process.stdout.write(`seed ${seed}\n`);
  const random = randomFrom(seed);
  const chat = await startChat();
  chat.script({ operation: 'post', times: Number.POSITIVE_INFINITY, trouble: { kind: 'slow', ms: 8 } });
  const env = { HTTP_CHAT_URL: chat.url, BLIND_CHAT_URL: chat.url, ROUTE_DEFAULT: Object.values(LANES).join(', ') };
  let bridge = await startBridge({ env, files: NOTING_RUNBOOK });
  const monitors = Array.from({ length: size.monitors }, (_, index) => `monitor ${index}`);
  const load = startLoad(() => bridge, monitors, random);

  let kills = 0;
  const killWhen = async (due: () => boolean) => {
    await soon(() => expect(due(), `seed ${seed}`).toBe(true), ANSWERED_WITHIN_MS);
    await bridge.kill();
    kills++;
    bridge = await startBridge({ env, after: bridge });
  };
  const steps = monitors.length + monitors.flatMap((_, index) => storyOf(index)).length;
  const places = Array.from({ length: size.kills - 1 }, () => 1 + random(steps - 1)).toSorted((a, b) => a - b);
  for (const place of places) await killWhen(() => load.answered() >= place);
  await load.done;
  const shown = entries(chat, 'created', 'ops').length;
  const more = random(9);
  await killWhen(() => entries(chat, 'created', 'ops').length >= Math.min(shown + more, monitors.length)); // while cards go out

  const incidents = await settled(bridge, chat);
  return { chat, bridge, incidents, kills, monitors };
}

/** All incidents, once every card is as it should be and no run lives. Fails where nothing happens any more before that. */
async function settled(bridge: Bridge, chat: HttpChatServer): Promise<readonly IncidentJson[]> {
  let [seen, quietSince] = [0, performance.now()];
  for (;;) {
    const incidents = await incidentsOf(bridge);
    const waiting = incidents.filter((one) => !isSettled(one));
    if (waiting.length === 0) return incidents;
    if (chat.calls() > seen) [seen, quietSince] = [chat.calls(), performance.now()];
    const quiet = performance.now() - quietSince;
    expect(quiet, `nothing is sent, and these wait: ${JSON.stringify(waiting)}`).toBeLessThan(QUIET_AT_MOST_MS);
    await pause(500);
  }
}

export type Killed = Awaited<ReturnType<typeof killLoop>>;

/** Nothing lost: each monitor has one incident, in the state of the last word on it, told of each step once. */
export function expectNothingLost({ incidents, monitors }: Killed): void {
  expect(incidents.map(monitorOf).toSorted()).toEqual(monitors.toSorted());
  for (const incident of incidents) {
    const story = storyOf(monitors.indexOf(monitorOf(incident)));
    const { status, count, timeline, runs, deliveries } = incident;
    const times = (kind: string) => timeline.filter((line) => line.kind === kind).length;
    expect({
      title: incident.title,
      status,
      count,
      opened: times('opened'),
      acknowledged: times('acknowledged'),
      resolved: times('resolved'),
      runs: runs.length,
      told: times('run'), // that it was asked for, and how it ended
      deliveries: deliveries.map(({ state }) => state),
    }).toEqual({
      title: incident.title,
      status: statusAfter(story),
      count: 1,
      opened: 1,
      acknowledged: story.includes('acknowledge') ? 1 : 0,
      resolved: isOver(story) ? 1 : 0,
      runs: story.includes('run') ? 1 : 0,
      told: story.includes('run') ? 2 : 0,
      deliveries: ['delivered', 'delivered', 'delivered'],
    });
  }
}

/** Every card stands once in each channel, and shows how things are. Where nobody can look, one more for each kill may stand. */
export function expectCardsRight({ chat, incidents, kills, monitors }: Killed): void {
  for (const channel of Object.keys(LANES)) {
    const created = entries(chat, 'created', channel).map(incidentOn);
    const twice = created.length - new Set(created).size;
    expect(new Set(created).size, channel).toBe(monitors.length);
    expect(twice, `cards that stand twice in ${channel}`).toBeLessThanOrEqual(channel === 'blind' ? kills : 0);
    const cards = cardsIn(chat, channel) as ReadonlyMap<string, { readonly tone: string; readonly revision: number }>;
    const shown = incidents.map(({ id }) => ({ id, tone: cards.get(id)?.tone, revision: cards.get(id)?.revision }));
    const wanted = incidents.map(({ id, status, severity, revision }) => ({
      id,
      tone: status === 'firing' ? severity : status,
      revision,
    }));
    expect(shown, channel).toEqual(wanted);
    expect(backwards(chat, channel), `cards that went back in ${channel}`).toEqual([]);
  }
}

/** A press ran its runbook once, or, where a kill came between, not at all and is said to be unknown. */
export function expectRunOnce({ bridge, incidents, kills }: Killed): void {
  const ran = noted(bridge);
  expect(new Set(ran.map(({ run }) => run)).size, 'no run twice').toBe(ran.length);
  expect(new Set(ran.map(({ incident }) => incident)).size, 'no press twice').toBe(ran.length);
  const runs = incidents.flatMap((one) => one.runs);
  const unknown = runs.filter(({ state }) => state === 'unknown');
  expect(runs.length - unknown.length).toBe(runs.filter(({ state }) => state === 'succeeded').length);
  expect(unknown.length).toBeLessThanOrEqual(kills * RUNS_AT_ONCE);
  const known = new Set(ran.map(({ run }) => run));
  expect(runs.filter(({ id, state }) => state === 'succeeded' && !known.has(id))).toEqual([]);
  expect([...known].filter((id) => !runs.some((run) => run.id === id))).toEqual([]);
}
const RUNS_AT_ONCE = 4;

/** The same request again is known, after all those starts. */
export async function expectRemembered({ bridge, monitors }: Killed): Promise<void> {
  for (const monitor of monitors.slice(0, 20))
    expect(await bridge.send(monitor, 'firing', { id: idOf(monitor, 'firing') })).toEqual({
      status: 200,
      body: { status: 'already_processed' },
    });
}

/** Monitors and people that ask until they are heard: again, with the same id, after anything but the answer they want. */
function startLoad(bridge: () => Bridge, monitors: readonly string[], random: (bound: number) => number) {
  let answered = 0;
  const jobs = monitors.map((monitor, index) => () => first(monitor, storyOf(index)));

  async function first(monitor: string, story: readonly Step[]): Promise<void> {
    await until(200, () => bridge().send(monitor, 'firing', { id: idOf(monitor, 'firing') }));
    if (story.length === 0) return;
    const incident = await incidentAbout(bridge, monitor);
    then(monitor, incident, story);
  }

  function then(monitor: string, incident: string, [step, ...rest]: readonly Step[]): void {
    if (step === undefined) return;
    jobs.splice(random(jobs.length + 1), 0, async () => {
      await take(step, monitor, incident);
      then(monitor, incident, rest);
    });
  }

  function take(step: Step, monitor: string, incident: string): Promise<void> {
    switch (step) {
      case 'recovers':
        return until(200, () => bridge().send(monitor, 'resolved', { id: idOf(monitor, 'resolved') }));
      case 'run':
        return until(202, () => bridge().press(incident, 'run', { argument: 'note' }, idOf(monitor, step)));
      case 'acknowledge':
      case 'resolve':
        return until(200, () => bridge().press(incident, step, {}, idOf(monitor, step)));
    }
  }

  async function one(): Promise<void> {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      await job();
      answered++;
      await pause(10);
    }
  }
  return { answered: () => answered, done: Promise.all(Array.from({ length: SENDERS }, one)) };
}

async function until(status: number, ask: () => Promise<{ readonly status: number; readonly body: object }>) {
  for (;;) {
    const answer = await ask().catch(() => undefined); // it was killed
    if (answer?.status === status) return;
    if (answer !== undefined && answer.status !== 503)
      throw new Error(`${answer.status} in place of ${status}: ${JSON.stringify(answer.body)}`);
    await pause(20);
  }
}

async function incidentAbout(bridge: () => Bridge, monitor: string): Promise<string> {
  for (;;) {
    const found = await incidentsOf(bridge(), monitor).catch(() => []);
    const incident = found.find((one) => monitorOf(one) === monitor);
    if (incident !== undefined) return incident.id;
    await pause(20);
  }
}

const storyOf = (index: number): readonly Step[] => STORIES[index % STORIES.length] ?? [];
const idOf = (monitor: string, what: string): string => `${what} ${monitor}`;
const isOver = (story: readonly Step[]): boolean => story.includes('resolve') || story.includes('recovers');
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function statusAfter(story: readonly Step[]): IncidentJson['status'] {
  if (isOver(story)) return 'resolved';
  return story.includes('acknowledge') ? 'acknowledged' : 'firing';
}

function isSettled({ deliveries, runs, revision }: IncidentJson): boolean {
  return (
    deliveries.every(({ state, delivered }) => state === 'delivered' && delivered === revision) &&
    runs.every(({ state }) => state !== 'queued' && state !== 'running')
  );
}

/** Messages on which an older revision followed a newer one. */
function backwards(chat: HttpChatServer, channel: string): readonly string[] {
  const newest = new Map<string, number>();
  const back: string[] = [];
  for (const { kind, channel: at, message = '', content } of chat.log) {
    if (at !== channel || (kind !== 'created' && kind !== 'edited')) continue;
    const { revision } = content as { readonly revision: number };
    if (revision < (newest.get(message) ?? 0)) back.push(message);
    newest.set(message, revision);
  }
  return back;
}
