import { expect, test } from 'vitest';
import { folderWith, tocsin, tocsinProcess, tocsinUnread } from './run.ts';

const COMMANDS = ['check', 'route', 'preview', 'send', 'replay', 'silence', 'audit', 'init', 'manifest'];

test('help names every command, on stdout', async () => {
  const { code, out } = await tocsinProcess(folderWith(), ['--help']);
  expect(code).toBe(0);
  for (const command of COMMANDS) expect(out).toContain(`  ${command} `);
});

test('wrong use ends the process with 2, on stderr', async () => {
  const { code, out, err } = await tocsinProcess(folderWith(), ['chek']);
  expect({ code, out, err }).toEqual({ code: 2, out: '', err: expect.stringContaining('no command "chek"') });
});

test.each([
  { args: ['--help'], code: 0 },
  { args: ['audit', '--help'], code: 0 },
  { args: ['check', '--json'], code: 1 },
])('where nobody reads what it says any more, it ends without a word, as it would: $args', async ({ args, code }) => {
  expect(await tocsinUnread(folderWith(), args)).toEqual({ code, err: '' });
});

test.each(COMMANDS)('%s has help with examples', async (command) => {
  const { code, out, err } = await tocsin(folderWith(), [command, '--help']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain(`npm run tocsin -- ${command}`);
  expect(out).toContain('Examples:');
});

test.each([
  ['no command', []],
  ['an unknown command', ['chek']],
  ['an unknown option', ['check', '--verbose']],
  ['too many arguments', ['check', 'now']],
  ['route without a file', ['route']],
  ['an unknown source', ['route', '-', '--source', 'wizard']],
  ['a file and --resolve', ['send', 'a.json', '--resolve']],
  ['--to and a source', ['send', '--to', 'console', '--source', 'wizstatus']],
  ['ids and --all', ['replay', 'x', '--all']],
])('wrong use is exit 2 and says so on stderr: %s', async (_, args) => {
  const { code, err, out } = await tocsin(folderWith(), args);
  expect(code).toBe(2);
  expect(err + out).toContain('Use: npm run tocsin');
});
