import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { folderWith, tocsin, tocsinUnread } from './run.ts';
import { serving } from './store.ts';

const env = { DATABASE_URL: 'sqlite:tocsin.db' };
const maya = { platform: 'slack', tenant: 'T1', id: 'U1', name: 'Maya' };

/** A bridge that runs, with a trail of three rows. */
async function withTrail() {
  const folder = folderWith();
  const store = await serving(folder);
  const hour = 3_600_000;
  for (const [index, what] of ['acknowledge', 'run restart', 'resolve'].entries())
    await store.audit.record({ at: Date.now() - (3 - index) * hour, actor: maya, what, digest: 'd1', outcome: 'done' });
  await expect.poll(() => store.audit.verify()).toMatchObject({ unchained: 0 });
  return { folder, store };
}

test('prints the trail as JSON lines while the bridge runs', async () => {
  const { folder } = await withTrail();
  const { code, out, err } = await tocsin(folder, ['audit'], { env });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const rows = out.split('\n').map((line) => JSON.parse(line));
  expect(rows).toMatchObject([{ what: 'acknowledge' }, { what: 'run restart' }, { what: 'resolve' }]);
  expect(rows[0]).toEqual({
    seq: 1,
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    actor: maya,
    what: 'acknowledge',
    incident: null,
    digest: 'd1',
    outcome: 'done',
    chain: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test('ends without a word where nobody reads what it prints any more', async () => {
  const { folder, store } = await withTrail();
  const rows = Array.from({ length: 2_000 }, () => ({ at: Date.now(), actor: maya, what: 'note', outcome: 'done' }));
  await Promise.all(rows.map((row) => store.audit.record(row)));
  expect(await tocsinUnread(folder, ['audit'], { env })).toEqual({ code: 0, err: '' });
});

test('prints what came since a time, or so long ago', async () => {
  const { folder } = await withTrail();
  const since = async (time: string) => (await tocsin(folder, ['audit', '--since', time], { env })).out;
  expect(await since('90m')).toMatch(/^\{.*"resolve".*\}$/);
  expect(await since(new Date(Date.now() - 90 * 60_000).toISOString())).toMatch(/^\{.*"resolve".*\}$/);
  expect(await tocsin(folder, ['audit', '--since', 'lunch'], { env })).toMatchObject({ code: 2 });
});

test('prints what belongs to an incident', async () => {
  const { folder } = await withTrail();
  const err = 'The trail has no such row.';
  expect(await tocsin(folder, ['audit', '--incident', 'none'], { env })).toEqual({ code: 0, out: '', err });
});

test('verify says that the trail is whole, and with exit 1 where it is not', async () => {
  const { folder, store } = await withTrail();
  expect(await tocsin(folder, ['audit', 'verify'], { env })).toEqual({
    code: 0,
    out: 'The audit trail is whole: 3 rows.',
    err: '',
  });
  await store.close();
  const database = new DatabaseSync(join(folder, 'tocsin.db'));
  database.exec("update audit set what = 'nothing' where seq = 2");
  database.close();
  expect(await tocsin(folder, ['audit', 'verify'], { env })).toMatchObject({
    code: 1,
    out: 'The audit trail is broken: row 2 was changed.',
  });
  const { code, out } = await tocsin(folder, ['audit', 'verify', '--json'], { env });
  expect({ code, found: JSON.parse(out) }).toEqual({ code: 1, found: { ok: false, seq: 2, why: 'was changed' } });
});

test.each([[['audit', 'everything']], [['audit', 'verify', 'all']], [['audit', 'verify', '--since', '2h']]])(
  '%j is wrong use',
  async (args) => {
    expect(await tocsin(folderWith(), args, { env })).toMatchObject({ code: 2 });
  },
);
