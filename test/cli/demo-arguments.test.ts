import { expect, test } from 'vitest';
import { startDemo } from './start-demo.ts';

test.each([
  ['demo', '--help'],
  ['demo:alertmanager', '-h'],
])('npm run %s with %s says what it does and its settings, and starts nothing', async (name, flag) => {
  const { exitCode, stdout, stderr } = await called(name, flag);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toContain(`Use: npm run ${name}`);
  expect(stdout).toContain('PORT');
  expect(stdout).not.toContain('token=');
});

test.each([
  ['demo', '--fast', "Unknown option '--fast'"],
  ['demo:alertmanager', 'fast', "Unexpected argument 'fast'"],
])('npm run %s with %s says in a sentence that it does not know it', async (name, argument, told) => {
  const { exitCode, stdout, stderr } = await called(name, argument);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toBe(`${name}: ${told}. Its help: npm run ${name} -- --help`);
});

const called = (name: string, argument: string) =>
  startDemo(`${name.replace(':', '-')}.ts`, { args: [argument] }).child;
