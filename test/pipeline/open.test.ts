import { describe, expect, test } from 'vitest';
import type { OpenList, Severity, Spans } from '../../src/domain/model.ts';
import { MAYA, MINUTE, routeOf, startBridge, type TestBridge } from './bridge.ts';

const JONAS = { ...MAYA, id: 'U2', name: 'Jonas' };
const CONSOLE = 'https://tocsin.example.com';

test('where nothing is open, that is the answer', async () => {
  const { bridge, fire } = await startBridge();
  const over = await fire();
  await bridge.press({ id: 'p', actor: MAYA, incident: over, action: 'resolve' });
  expect(await bridge.open({ actor: MAYA })).toMatchObject({ heading: 'Nothing is open.', items: [], count: 0 });
});

test('the worst is told first, and of what is equally bad the oldest', async () => {
  const it = await startBridge();
  for (const [title, severity] of [
    ['a', 'warning'],
    ['b', 'critical'],
    ['c', 'info'],
    ['d', 'error'],
    ['e', 'critical'],
  ] as const)
    await fired(it, title, severity);
  const list = await it.bridge.open({ actor: MAYA });
  expect(list.heading).toBe('5 incidents are open: 5 firing.');
  expect(list.worst).toBe('critical');
  expect(linesOf(list).map((line) => line.split(' · ')[0])).toEqual([
    'Critical, firing: b',
    'Critical, firing: e',
    'Error, firing: d',
    'Warning, firing: a',
    'Info, firing: c',
  ]);
});

test('each says since when, who has it, and what keeps it quiet', async () => {
  const it = await startBridge();
  const opened = iso(it.now);
  const owned = await fired(it, 'owned');
  const snoozed = await fired(it, 'snoozed');
  await fired(it, 'quiet');
  await it.press(owned, 'acknowledge');
  await it.press(snoozed, 'snooze', { argument: '1h' });
  await it.bridge.silence({ matchers: 'monitor=quiet', length: '2h', why: 'a move' }, MAYA);
  await it.wait(5 * MINUTE);
  const later = await fired(it, 'quiet', 'info');
  expect(linesOf(await it.bridge.open({ actor: JONAS }))).toEqual([
    `Critical, acknowledged: owned · opened ${opened} · Maya has it`,
    `Critical, firing: snoozed · opened ${opened} · nobody has it · snoozed until ${iso(it.now + 55 * MINUTE)}`,
    `Critical, firing: quiet · opened ${opened} · nobody has it · silenced until ${iso(it.now + 115 * MINUTE)}`,
    `Info, firing: quiet · opened ${iso(it.now)} · nobody has it · silenced until ${iso(it.now + 115 * MINUTE)}`,
  ]);
  expect((await it.view(later)).incident.silenced).toBeDefined();
});

test('twenty are told, and how many are open; the console has them all', async () => {
  const it = await startBridge({ publicUrl: CONSOLE });
  const ids: string[] = [];
  for (let count = 0; count < 23; count++) ids.push(await fired(it, `m${count}`));
  const list = await it.bridge.open({ actor: MAYA });
  expect(list).toMatchObject({ count: 23, url: CONSOLE });
  expect(list.items.map(linkOf)).toEqual(ids.slice(0, 20).map((id) => `${CONSOLE}/incidents/${id}`));
});

test('without PUBLIC_URL nothing links', async () => {
  const it = await startBridge();
  await fired(it, 'a');
  const list = await it.bridge.open({ actor: MAYA });
  expect([list.url, ...list.items.map(linkOf)]).toEqual([undefined, undefined]);
});

test('what a monitor says is one line of data, and bounded', async () => {
  const it = await startBridge();
  await fired(it, `<!channel>\n**@everyone** \u202E${'x'.repeat(500)}`);
  const [line = ''] = linesOf(await it.bridge.open({ actor: MAYA }));
  expect(line).toContain('<!channel> **@everyone** \uFFFDxxx');
  expect(line).not.toContain('\n');
  expect(line.length).toBeLessThan(250);
});

test('labels that are called severity make nothing worse than it is, and hide nothing', async () => {
  const it = await startBridge();
  for (let n = 0; n < 25; n++)
    await it.fire({ title: 'a', monitor: `m${n}`, severity: 'info', labels: { severity: 'critical' } });
  await fired(it, 'worst');
  const lines = linesOf(await it.bridge.open({ actor: MAYA }));
  expect(lines.slice(0, 2)).toEqual([
    expect.stringContaining('Critical, firing: worst'),
    expect.stringContaining('Info, firing: a'),
  ]);
});

describe('who is told', () => {
  const only = (id: string) => [{ platform: 'slack', kind: 'person', id }] as const;

  test.each([
    ['everybody where nobody is named', new Map(), true],
    ['who may press, where RESPONDERS names them', new Map([['*', only('U1')]]), true],
    ['nobody else then', new Map([['*', only('U2')]]), false],
    [
      'whom RESPONDERS_OPEN names, whoever may press',
      new Map([
        ['*', only('U2')],
        ['open', only('U1')],
      ]),
      true,
    ],
  ])('is %s', async (_who, responders, isTold) => {
    const it = await startBridge({ responders });
    await fired(it, 'a');
    const list = await it.bridge.open({ actor: MAYA });
    expect(list.items).toHaveLength(isTold ? 1 : 0);
    if (!isTold) expect(list.heading).toBe('Only slack:U2 may ask what is open.');
  });

  test.each([
    ['a route', 'discord:1', true],
    ['an escalation', 'discord:2', true],
    ['the fallback', 'discord:3', true],
    ['nothing', 'discord:4', false],
    ['a route of another platform', 'slack:5', false],
  ])('is only where %s leads, on a platform where anybody may let the bot in', async (_what, destination, isTold) => {
    const routes = [routeOf('ROUTE_DEFAULT', 'discord:1, slack:5; escalate=5m discord:2')];
    const it = await startBridge({ routes, fallback: 'discord:3' });
    await fired(it, 'a');
    const channels = ['99', destination.split(':')[1] as string];
    const list = await it.bridge.open({ actor: { ...MAYA, platform: 'discord' }, channels });
    expect(list.heading).toBe(isTold ? 'One incident is open.' : 'No route leads here, so nothing is told here.');
    expect(list.items).toHaveLength(isTold ? 1 : 0);
  });
});

const fired = (it: TestBridge, title: string, severity: Severity = 'critical') =>
  it.fire({ title, monitor: title, severity });

const linesOf = ({ items }: OpenList): readonly string[] => items.map(textOf);
const textOf = (spans: Spans): string =>
  spans.map((span) => (span.kind === 'time' ? iso(span.at) : span.text)).join('');
const linkOf = (spans: Spans): string | undefined =>
  spans.flatMap((span) => (span.kind === 'text' && span.url !== undefined ? [span.url] : []))[0];
const iso = (at: number): string => new Date(at).toISOString();
