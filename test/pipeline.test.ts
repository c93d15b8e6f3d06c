import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../src/clock.ts';
import { DeliveryError, type Failure } from '../src/domain/errors.ts';
import type { Actor, AlertEvent, Principal } from '../src/domain/model.ts';
import type { Clock, Delivery, Metrics, Press, Store, Webhook } from '../src/domain/ports.ts';
import { createPipeline, type Pipeline, type Settings } from '../src/pipeline/index.ts';
import { kinds } from '../src/runbooks/index.ts';
import { loadRunbooks } from '../src/runbooks/load.ts';
import { wizstatus } from '../src/sources/wizstatus.ts';
import { openStore } from '../src/store/index.ts';
import { loadCards } from '../src/templates/cards.ts';

const TEMPLATES = join(import.meta.dirname, '..', 'templates');
const ANNA: Actor = { platform: 'console', id: 'console', name: 'Anna' };
const SRE: Principal = { platform: 'slack', kind: 'group', id: 'S1' };
const MINUTE = 60_000;

let folder: string;
let store: Store;
let settings: Settings;
let now: number;
let groups: (actor: Actor) => Promise<readonly string[]>;
let bridge: Pipeline;
const refusedPresses: string[] = [];

const clock: Clock = { ...systemClock, now: () => now };
const metrics = {
  webhook() {},
  committed() {},
  delivered() {},
  attempted() {},
  pressed: (_platform: string, action: string, outcome: string) => void refusedPresses.push(`${action} ${outcome}`),
  ran() {},
} satisfies Metrics;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-pipeline-'));
  now = Date.parse('2026-11-24T03:00:00Z');
  groups = async () => [];
  refusedPresses.length = 0;
  const log = pino({ level: 'silent' });
  store = await openStore({
    url: `sqlite:${join(folder, 'tocsin.db')}`,
    role: 'server',
    retention: () => 90 * 86_400_000,
    clock,
    log,
  });
  const [{ templates }, { runbooks }] = await Promise.all([
    loadCards(join(TEMPLATES, 'cards')),
    loadRunbooks(join(TEMPLATES, 'runbooks'), kinds),
  ]);
  settings = { routes: [], responders: new Map(), people: new Map(), templates, runbooks };
  bridge = createPipeline({ store, settings: () => settings, groups: (actor) => groups(actor), clock, log, metrics });
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const event = (kind: AlertEvent['kind'], at = now, key = 'tocsin-demo-1'): AlertEvent => ({
  key,
  kind,
  at,
  title: `Production API is ${kind === 'resolved' ? 'up' : 'down'}`,
  monitor: 'Production API',
  labels: {},
});

function webhook(events: readonly AlertEvent[], more: Partial<Webhook> = {}): Webhook {
  return { source: wizstatus, digest: JSON.stringify(events), secret: 0, labels: {}, events, ...more };
}

async function opened(): Promise<string> {
  const received = await bridge.receive(webhook([event('firing')]));
  if (received.kind !== 'stored') throw new Error(`it was not stored: ${received.kind}`);
  return received.incidents[0]!;
}

let presses = 0;
const press = (incident: string, action: string, more: Partial<Press> = {}) =>
  bridge.press({ id: `p${++presses}`, actor: ANNA, incident, action, confirmed: true, ...more });

describe('a webhook', () => {
  test('is stored once for the key that its sender gave', async () => {
    const one = webhook([event('firing')], { id: 'r1' });
    expect(await bridge.receive(one)).toMatchObject({ kind: 'stored' });
    expect(await bridge.receive(one)).toEqual({ kind: 'duplicate' });
  });

  test('without such a key is a repeat where its bytes are the last ones of the incident', async () => {
    const down = webhook([event('firing')]);
    await bridge.receive(down);
    expect(await bridge.receive(down)).toEqual({ kind: 'duplicate' });
  });

  test('with the same bytes after a recovery is a new outage', async () => {
    const down = webhook([event('firing')]);
    const first = await bridge.receive(down);
    await bridge.receive(webhook([event('resolved')]));
    const second = await bridge.receive(down);
    expect(second.kind).toBe('stored');
    expect(second).not.toEqual(first);
  });

  test('that repeats itself long after a person resolved the incident says that it is still down', async () => {
    const down = webhook([event('firing')]);
    const id = await opened();
    await press(id, 'resolve');
    now += MINUTE;
    expect(await bridge.receive(down)).toEqual({ kind: 'duplicate' });
    now += 10 * MINUTE;
    expect(await bridge.receive(down)).toMatchObject({ kind: 'stored' });
    expect(await store.incidents({ limit: 10, status: ['firing'] })).toHaveLength(1);
  });

  test('with two events of one incident changes it once', async () => {
    await bridge.receive(webhook([event('firing'), event('resolved', now + 1)]));
    const [incident] = await store.incidents({ limit: 2 });
    const view = await store.incident(incident!.id);
    expect(view?.incident).toMatchObject({ status: 'resolved', revision: 1 });
    expect(view?.incident.why).toHaveLength(1);
    expect(view?.deliveries).toHaveLength(1);
  });

  test('that says nothing new is ignored with the reason', async () => {
    expect(await bridge.receive(webhook([event('info')]))).toEqual({ kind: 'ignored', reason: expect.any(String) });
  });

  test('keeps with the incident which routes held and why', async () => {
    const view = await store.incident(await opened());
    expect(view?.incident.why).toEqual([
      { route: 'ROUTE_DEFAULT', held: true, because: 'no other route took it', destinations: ['console'] },
    ]);
  });
});

describe('a press', () => {
  test('is done once, however often it arrives', async () => {
    const id = await opened();
    await press(id, 'note', { id: 'same', inputs: { text: 'looking' } });
    await press(id, 'note', { id: 'same', inputs: { text: 'looking' } });
    const view = await store.incident(id);
    expect(view?.timeline.filter(({ kind }) => kind === 'noted')).toHaveLength(1);
  });

  test('that is sent again because its answer was lost is answered as done, not as late', async () => {
    const id = await opened();
    await press(id, 'acknowledge', { id: 'lost' });
    expect(await press(id, 'acknowledge', { id: 'lost' })).toMatchObject({ kind: 'done' });
    const run = { id: 'lost-run', argument: 'restart-demo' };
    const started = await press(id, 'run', run);
    expect(await press(id, 'run', run)).toMatchObject({
      kind: 'started',
      run: started.kind === 'started' && started.run,
    });
  });

  test('that is sent again finds the run that it started, not a later one of the same runbook', async () => {
    const id = await opened();
    const run = { argument: 'restart-demo' };
    const first = await press(id, 'run', { ...run, id: 'first' });
    if (first.kind !== 'started') throw new Error(first.kind);
    await press(id, 'cancel', { argument: first.run });
    const second = await press(id, 'run', { ...run, id: 'second' });
    expect(second).toMatchObject({ kind: 'started', run: expect.not.stringMatching(first.run) });
    expect(await press(id, 'run', { ...run, id: 'first' })).toMatchObject({ kind: 'started', run: first.run });
  });

  test('on a state that moved on is refused with who and when, and leaves no line', async () => {
    const id = await opened();
    await press(id, 'acknowledge', { actor: { ...ANNA, platform: 'slack', id: 'U1', name: 'Maya' } });
    const before = (await store.incident(id))?.timeline;
    expect(await press(id, 'acknowledge')).toMatchObject({
      kind: 'refused',
      code: 'too_late',
      by: { name: 'Maya' },
      at: now,
    });
    expect((await store.incident(id))?.timeline).toEqual(before);
  });

  test('by somebody who may not is refused, and written down', async () => {
    settings = { ...settings, responders: new Map([['acknowledge', [SRE]]]) };
    const id = await opened();
    expect(await press(id, 'acknowledge')).toMatchObject({
      code: 'not_allowed',
      text: 'Only slack:S1 may acknowledge.',
    });
    expect((await store.incident(id))?.timeline.at(-1)).toMatchObject({ kind: 'refused', actor: ANNA });
    expect((await store.incident(id))?.incident.status).toBe('firing');
    expect(refusedPresses).toEqual(['acknowledge not_allowed']);
  });

  test('for why is answered to who may press, or whom RESPONDERS_WHY names', async () => {
    settings = { ...settings, responders: new Map([['*', [SRE]]]) };
    const id = await opened();
    expect(await press(id, 'why')).toMatchObject({ code: 'not_allowed', text: 'Only slack:S1 may ask why it came.' });
    const everybody: Principal = { platform: '*', kind: 'anyone', id: '*' };
    settings = { ...settings, responders: new Map([...settings.responders, ['why', [everybody]]]) };
    expect(await press(id, 'why')).toMatchObject({ kind: 'told', text: expect.stringContaining('ROUTE_DEFAULT') });
  });

  test('by a member of an allowed group is done', async () => {
    settings = { ...settings, responders: new Map([['*', [SRE]]]) };
    groups = async () => ['S1'];
    const maya: Actor = { platform: 'slack', id: 'U1', name: 'Maya' };
    expect(await press(await opened(), 'acknowledge', { actor: maya })).toMatchObject({ kind: 'done' });
  });

  test('is refused while the groups cannot be looked up', async () => {
    settings = { ...settings, responders: new Map([['*', [SRE]]]) };
    groups = async () => {
      throw new Error('no answer');
    };
    const maya: Actor = { platform: 'slack', id: 'U1', name: 'Maya' };
    const id = await opened();
    expect(await press(id, 'acknowledge', { actor: maya })).toMatchObject({
      code: 'not_allowed',
      text: expect.stringContaining('try again in a minute'),
    });
    const failure: Failure = { reason: 'misconfigured', scope: 'account', message: 'missing_scope' };
    groups = () => Promise.reject(new DeliveryError(failure));
    expect(await press(id, 'acknowledge', { actor: maya })).toMatchObject({
      code: 'not_allowed',
      text: expect.stringContaining('until an admin mends it'),
    });
  });

  test('that came too late by a moment is too late when it is sent again, too', async () => {
    const id = await opened();
    const late = { id: 'late', actor: { ...ANNA, id: 'ben', name: 'Ben' } };
    const [first, second] = await Promise.all([press(id, 'acknowledge'), press(id, 'acknowledge', late)]);
    expect([first, second]).toMatchObject([{ kind: 'done' }, { kind: 'refused', code: 'too_late' }]);
    expect(await press(id, 'acknowledge', late)).toMatchObject({ kind: 'refused', code: 'too_late' });
  });

  test('from a message that does not belong to the incident finds nothing', async () => {
    const id = await opened();
    const maya: Actor = { platform: 'slack', id: 'U1', name: 'Maya' };
    const from = { channel: 'C9', message: '1.2' };
    expect(await press(id, 'acknowledge', { actor: maya, from })).toMatchObject({ code: 'not_found' });
  });

  test('by link never runs a runbook', async () => {
    const id = await opened();
    const link: Actor = { platform: 'link', id: 'link', name: 'link' };
    settings = {
      ...settings,
      runbooks: settings.runbooks.map((runbook) => ({
        ...runbook,
        allow: [{ platform: '*', kind: 'anyone', id: '*' }],
      })),
    };
    const run = { actor: link, argument: 'restart-demo' };
    expect(await press(id, 'run', run)).toMatchObject({ code: 'not_allowed' });
    expect(await press(id, 'run', { argument: 'restart-demo' })).toMatchObject({ kind: 'started' });
  });

  test('by somebody whom the runbook allows but who is no responder runs nothing', async () => {
    settings = { ...settings, responders: new Map([['*', [SRE]]]) };
    expect(await press(await opened(), 'run', { argument: 'restart-demo' })).toMatchObject({
      code: 'not_allowed',
      text: 'Only slack:S1 may run.',
    });
  });

  test('asks first where a runbook wants to be confirmed', async () => {
    const { confirmed: _, ...asked } = { confirmed: true };
    const id = await opened();
    const reply = await bridge.press({
      id: 'ask',
      actor: ANNA,
      incident: id,
      action: 'run',
      argument: 'restart-demo',
      ...asked,
    });
    expect(reply).toMatchObject({ kind: 'ask', form: { confirm: expect.any(String) } });
    expect((await store.incident(id))?.runs).toEqual([]);
  });
});

describe('a run', () => {
  test('that was cancelled before it began does not begin', async () => {
    const id = await opened();
    const started = await press(id, 'run', { argument: 'restart-demo' });
    if (started.kind !== 'started') throw new Error(started.kind);
    const [queued] = (await store.incident(id))!.runs;
    await press(id, 'cancel', { argument: started.run });
    expect(await bridge.began(queued!, MINUTE)).toBe(false);
  });

  test('ends once, with a line that says how', async () => {
    const id = await opened();
    await press(id, 'run', { argument: 'restart-demo' });
    const [run] = (await store.incident(id))!.runs;
    await bridge.began(run!, MINUTE);
    const result = { state: 'succeeded', summary: 'exit 0', output: 'done\n', values: {} } as const;
    await bridge.ended(run!, result);
    await bridge.ended(run!, { ...result, state: 'failed' });
    const view = await store.incident(id);
    expect(view?.runs).toMatchObject([{ state: 'succeeded', output: 'done\n', endedAt: now }]);
    expect(view?.timeline.at(-1)).toMatchObject({ kind: 'run', text: 'succeeded: exit 0', detail: 'done' });
  });

  test('tells the last lines of what it printed', async () => {
    const id = await opened();
    await press(id, 'run', { argument: 'restart-demo' });
    const [run] = (await store.incident(id))!.runs;
    await bridge.began(run!, MINUTE);
    const output = Array.from({ length: 100 }, (_, n) => `line ${n + 1}`).join('\n');
    await bridge.ended(run!, { state: 'succeeded', summary: 'exit 0', output, values: {} });
    const detail = (await store.incident(id))?.timeline.at(-1)?.detail;
    expect(detail).toMatch(/^…\nline 81\n(.*\n){18}line 100$/);
  });

  test('that is over before a Cancel comes is told with how and when', async () => {
    const id = await opened();
    const started = await press(id, 'run', { argument: 'restart-demo' });
    if (started.kind !== 'started') throw new Error(started.kind);
    const [run] = (await store.incident(id))!.runs;
    await bridge.began(run!, MINUTE);
    await bridge.ended(run!, { state: 'succeeded', summary: 'exit 0', output: '', values: {} });
    expect(await press(id, 'cancel', { argument: started.run })).toMatchObject({
      kind: 'refused',
      code: 'too_late',
      by: { platform: 'runbook' },
      at: now,
    });
  });

  test('is not begun for somebody who is no responder any more', async () => {
    const id = await opened();
    await press(id, 'run', { argument: 'restart-demo' });
    const [run] = (await store.incident(id))!.runs;
    const runbook = settings.runbooks.find(({ name }) => name === 'restart-demo')!;
    expect(await bridge.mayStill(run!, runbook)).toBe(true);
    settings = { ...settings, responders: new Map([['*', [SRE]]]) };
    expect(await bridge.mayStill(run!, runbook)).toBe('Anna asked for it. Only slack:S1 may run.');
  });
});

describe('a destination that is lost', () => {
  test('is said in the timeline, and the card goes to the fallback', async () => {
    settings = { ...settings, fallback: 'slack:fallback' };
    const id = await opened();
    const view = (await store.incident(id))!;
    const delivery = {
      ...view.deliveries[0]!,
      incident: view.incident,
      options: { template: 'incident', mention: [] },
    };
    await bridge.lost(delivery as unknown as Delivery, {
      reason: 'forbidden',
      scope: 'channel',
      message: 'not_in_channel',
      cure: 'Invite the bot.',
    });
    const after = await store.incident(id);
    expect(after?.timeline.at(-1)).toMatchObject({
      kind: 'delivery',
      text: 'could not reach console: not_in_channel. Invite the bot.',
    });
    expect(after?.deliveries.map(({ destination }) => destination)).toEqual(['console', 'slack:fallback']);
  });
});
