import { expect, test } from 'vitest';
import { folderWith, tocsin } from './run.ts';
import { serving } from './store.ts';

const env = { DATABASE_URL: 'sqlite:tocsin.db' };
const add = (matchers: string, ...more: string[]) => ['silence', 'add', matchers, ...more];
const well = ['--for', '2h', '--why', 'a move'];

test('a silence is made as it is written, by who the machine says they are, and ended by its id', async () => {
  const folder = folderWith();
  const store = await serving(folder);
  const made = await tocsin(folder, add('monitor=~"db-.*", severity=warning', ...well), { env });
  expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/^\w{16} holds until .*Z\.$/) });
  const [silence] = await store.silences.active();
  expect(silence).toMatchObject({
    matchers: 'monitor=~"db-.*", severity=warning',
    why: 'a move',
    by: { platform: 'cli' },
  });
  expect(silence && silence.until - silence.madeAt).toBe(7_200_000);

  const listed = await tocsin(folder, ['silence', '--json'], { env });
  expect(JSON.parse(listed.out)).toMatchObject({ silences: [{ id: silence?.id, why: 'a move' }] });
  expect(await tocsin(folder, ['silence', 'end', silence?.id ?? ''], { env })).toMatchObject({ code: 0 });
  expect(await store.silences.active()).toEqual([]);
});

test('matchers with a mistake are shown with the place and the cure, and nothing is made', async () => {
  const folder = folderWith();
  const store = await serving(folder);
  const { code, out } = await tocsin(folder, add('severity=critcal', ...well), { env });
  expect({ code, out }).toEqual({ code: 1, out: expect.stringContaining('did you mean critical?') });
  expect(await store.silences.active()).toEqual([]);
});

test.each([
  { args: add('severity=warning', '--why', 'a move'), code: 2, says: '--for and --why are needed' },
  { args: add('severity=warning', '--for', '2h'), code: 2, says: '--for and --why are needed' },
  { args: ['silence', 'add', 'a=b', 'c=d', ...well], code: 2, says: 'one argument' },
  { args: ['silence', 'end'], code: 2, says: 'give the id' },
  { args: ['silence', 'stop'], code: 2, says: 'silence stop' },
  { args: add('severity=warning', '--for', 'long', '--why', 'a move'), code: 1, says: '--for: ' },
  { args: add('severity=warning', '--for', '2h', '--why', ' '), code: 1, says: '--why: ' },
  { args: ['silence', 'end', 'nonsense'], code: 1, says: 'no silence that lasts has the id nonsense' },
])('$args is refused', async ({ args, code, says }) => {
  const folder = folderWith();
  await serving(folder);
  const answer = await tocsin(folder, args, { env });
  expect(answer).toMatchObject({ code, err: expect.stringContaining(says) });
});
