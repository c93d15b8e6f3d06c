import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/domain/model.ts';
import { soon } from '../support/soon.ts';
import { startConsole, type TestConsole, TOKEN } from './console.ts';
import { type Reader, readEvents } from './event-reader.ts';

const open = (it: TestConsole, path: string) =>
  readEvents(`${it.url}${path}`, { cookie: it.cookie, 'hx-request': 'true' });
const messages = (reader: Reader) => reader.events.filter(({ event }) => event === undefined);
const last = (reader: Reader) => messages(reader).at(-1)?.data ?? '';

describe('the live stream of a page', () => {
  test('begins with the page as it is now', async () => {
    const it = await startConsole();
    const id = await it.fire('Production API');
    const reader = await open(it, `/live?at=${id}`);
    await soon(() => expect(messages(reader)).toHaveLength(1));
    for (const place of ['summary', 'list', 'card', 'timeline', 'seen'])
      expect(last(reader)).toContain(`<hx-partial hx-target="#${place}" hx-swap="innerMorph">`);
    expect(last(reader)).toContain('(1) Production API is down');
  });

  test('tells what changed, and only that', async () => {
    const it = await startConsole();
    const id = await it.fire('Production API');
    const reader = await open(it, `/live?at=${id}`);
    await soon(() => expect(messages(reader)).toHaveLength(1));
    await it.bridge.press({
      id: 'p',
      actor: { platform: 'console', id: 'console', name: 'Maya' },
      incident: id,
      action: 'acknowledge',
    });
    await soon(() => expect(last(reader)).toContain('Acknowledged by Maya'));
    expect(last(reader)).not.toContain('hx-target="#runs"');
  });

  test('keeps to the incident that the page shows when a newer one opens', async () => {
    const it = await startConsole();
    const reader = await open(it, '/live');
    await soon(() => expect(last(reader)).toContain('All quiet'));
    await it.fire('First');
    await soon(() => expect(last(reader)).toContain('<h1 id="card-title" tabindex="-1">First is down</h1>'));
    await it.fire('Second');
    await soon(() => expect(last(reader)).toContain('(2) First is down'));
    expect(last(reader)).not.toContain('<h1 id="card-title" tabindex="-1">Second is down</h1>');
  });

  test('ends when the token changed, and shows nothing more', async () => {
    const access = { token: TOKEN };
    const it = await startConsole({ options: { access } });
    const reader = await open(it, '/live');
    await soon(() => expect(last(reader)).toContain('All quiet'));
    access.token = 'another token';
    await it.fire('Production API');
    await reader.over;
    expect(reader.events.map(({ data }) => data).join()).not.toContain('Production API');
  });

  test('shows what a run prints', async () => {
    const it = await startConsole();
    const id = await it.fire('Production API');
    const reader = await open(it, `/live?at=${id}`);
    await it.bridge.press({
      id: 'p',
      actor: { platform: 'console', id: 'console', name: 'Maya' },
      incident: id,
      action: 'run',
      argument: 'restart-demo',
      confirmed: true,
    });
    const run = (await it.store.incident(id))?.runs[0] as Run;
    await it.bridge.began(run, 60_000);
    await it.store.runs.output(run.id, id, 'draining api-1\n', 'draining api-1\n');
    await soon(() => expect(last(reader)).toContain('draining api-1'));
  });

  test('says a storm in a few messages, each of them small', async () => {
    const it = await startConsole();
    const reader = await open(it, '/live');
    await soon(() => expect(messages(reader)).toHaveLength(1));
    await Promise.all(Array.from({ length: 1_000 }, (_, n) => it.fire(`host-${n % 7}`, { key: `k${n}` })));
    await soon(() => expect(last(reader)).toContain('1,000 firing'));
    expect(messages(reader).length).toBeLessThan(20);
    expect(Math.max(...messages(reader).map(({ data }) => data.length))).toBeLessThan(120_000);
  });

  test('ends when the console closes', async () => {
    const it = await startConsole();
    const response = await fetch(`${it.url}/live`, { headers: { cookie: it.cookie } });
    const closed = it.app.close();
    await expect(response.text()).resolves.toContain('All quiet');
    await closed;
  });
});
