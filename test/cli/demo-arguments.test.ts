import { describe, expect, test } from 'vitest';
import { startDemo } from './start-demo.ts';

describe.each([
  ['demo', 'demo.ts'],
  ['demo:alertmanager', 'demo-alertmanager.ts'],
])('npm run %s', (name, script) => {
  test.each(['--help', '-h'])('with %s says what it does and its settings, and starts nothing', async (flag) => {
    const demo = startDemo(script, { args: [flag] });
    const { exitCode, stdout, stderr } = await demo.child;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(`Use: npm run ${name}`);
    expect(stdout).toContain('PORT');
    expect(stdout).not.toContain('token=');
  });

  test.each([
    ['--fast', "Unknown option '--fast'"],
    ['fast', "Unexpected argument 'fast'"],
  ])('with %s says in a sentence that it does not know it', async (argument, told) => {
    const { exitCode, stdout, stderr } = await startDemo(script, { args: [argument] }).child;
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toBe(`${name}: ${told}. Its help: npm run ${name} -- --help`);
  });
});
