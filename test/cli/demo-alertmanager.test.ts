import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { soon } from '../support/soon.ts';
import { apiOf, startDemo } from './start-demo.ts';

const installed = ['prometheus-alertmanager', 'amtool'].every((name) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => isProgram(join(folder, name))),
);

test.runIf(installed)('the card of a real alert comes, and resolves', { timeout: 60_000 }, async () => {
  const demo = startDemo('demo-alertmanager.ts', { args: ['--once'] });
  const { exitCode, stdout, stderr } = await demo.child;
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(/Card in console: "db-7 does not answer" is firing/);
  expect(stdout).toMatch(/Card in console: "db-7 does not answer" is resolved/);
  expect(demo.left()).toEqual([]);
});

test.runIf(installed)('without --once a person has time to press, until Ctrl-C', { timeout: 60_000 }, async () => {
  const demo = startDemo('demo-alertmanager.ts');
  const { url, token } = await demo.link();
  const api = apiOf(url, token);
  const incident = await soon(async () => {
    const [found] = await api.incidents();
    expect(found).toMatchObject({ source: 'alertmanager', status: 'firing', labels: { instance: 'db-7:9100' } });
    return found;
  });
  expect(await api.press(incident?.id ?? '', 'acknowledge')).toMatchObject({ json: { status: 'acknowledged' } });
  demo.child.kill('SIGINT');
  expect(await demo.child).toMatchObject({ exitCode: 0, stderr: '' });
  expect(demo.left()).toEqual([]);
});

test('where Alertmanager is not installed, it says how to get it', async () => {
  const demo = startDemo('demo-alertmanager.ts', { env: { PATH: import.meta.dirname } });
  const { exitCode, stderr } = await demo.child;
  expect(exitCode).toBe(1);
  expect(stderr).toContain('sudo apt-get install prometheus-alertmanager');
  expect(demo.left()).toEqual([]);
});

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
