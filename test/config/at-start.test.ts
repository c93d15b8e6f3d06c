import { expect, test } from 'vitest';
import { consolePlatform } from '../../src/adapters/console.ts';
import { takenWhileRunning } from '../../src/config/at-start.ts';
import { type Config, readConfig } from '../../src/config/config.ts';
import { requiresHttps } from '../../src/config/transport.ts';

function configOf(env: Readonly<Record<string, string>>, more: Partial<Config> = {}): Config {
  const { config } = readConfig({ env, platforms: [consolePlatform], monitors: [], actions: [], readFile: () => '' });
  return { ...(config as Config), ...more };
}
const tls = (name: string) => ({ tls: { cert: `${name}'s certificate`, key: `${name}'s key` } });

test.each([
  ['HOST', { HOST: '::1' }, { host: '127.0.0.1' }],
  ['PORT', { PORT: '4000' }, { port: 3000 }],
  ['DATABASE_URL', { DATABASE_URL: 'sqlite:other.db' }, { databaseUrl: 'sqlite:data/tocsin.db' }],
])('%s waits for the next start, each time that it is read', (name, env, as) => {
  const once = takenWhileRunning(configOf({}), configOf({ ...env, LOG_LEVEL: 'warn' }));
  expect(once).toMatchObject({ config: { ...as, logLevel: 'warn' }, waiting: [name] });
  expect(takenWhileRunning(once.config, configOf(env)).waiting).toEqual([name]);
});

test.each([
  ['is renewed', tls('one'), tls('two'), tls('two'), []],
  ['waits when it is switched on', {}, tls('one'), {}, ['TLS_CERT_FILE']],
  ['waits when it is switched off', tls('one'), {}, tls('one'), ['TLS_CERT_FILE']],
])('HTTPS %s', (_, running, next, as, waiting) => {
  const taken = takenWhileRunning(configOf({}, running), configOf({}, next));
  expect({ tls: taken.config.tls, waiting: taken.waiting }).toEqual({ tls: undefined, ...as, waiting });
});

test.each([
  ['with other variables', [{ token: 'a' }], [{ token: 'b' }]],
  ['that is switched on', [], [{ token: 'a' }]],
  ['that is switched off', [{ token: 'a' }], []],
])('a platform %s is named, and stays as it is connected', (_, before, after) => {
  const with_ = (envs: readonly object[]) =>
    configOf({}, { platforms: envs.map((env) => ({ platform: { ...consolePlatform, name: 'bell' }, env })) });
  const { config, waiting } = takenWhileRunning(with_(before), with_(after));
  expect(waiting).toEqual(['bell']);
  expect(config.platforms.map(({ env }) => env)).toEqual(before);
});

test.each([
  ['as it is reached now', { HOST: '0.0.0.0' }, { HOST: '127.0.0.1' }, true],
  ['and not as it will be', {}, { HOST: '0.0.0.0' }, false],
  ['or as it is told to at once', { HOST: '0.0.0.0' }, { HOST: '127.0.0.1', REQUIRE_HTTPS: 'false' }, false],
])('while another HOST waits, HTTPS is required %s', (_, running, next, isRequired) => {
  expect(requiresHttps(takenWhileRunning(configOf(running), configOf(next)).config)).toBe(isRequired);
});

test('the same again waits for nothing', () => {
  expect(takenWhileRunning(configOf({}), configOf({})).waiting).toEqual([]);
});
