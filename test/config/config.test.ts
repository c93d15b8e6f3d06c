import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { actions } from '../../src/actions/index.ts';
import { consolePlatform } from '../../src/adapters/console.ts';
import { type Origin, readConfig } from '../../src/config/config.ts';
import { requiresHttps } from '../../src/config/transport.ts';
import { holdsAddress } from '../../src/domain/addresses.ts';
import { FaultsFound } from '../../src/domain/errors.ts';
import type { Platform } from '../../src/domain/ports.ts';
import { sources } from '../../src/sources/index.ts';

interface Given {
  readonly env?: Origin['env'];
  readonly file?: string; // the text of `.env`
  readonly files?: Readonly<Record<string, string>>;
  readonly platforms?: readonly Platform[];
}

function read({ env = {}, file, files = {}, platforms = [consolePlatform] }: Given) {
  return readConfig({
    env,
    ...(file !== undefined && { file: { path: '.env', text: file } }),
    platforms,
    monitors: sources,
    actions: actions.map(({ name }) => name),
    readFile: (path) => {
      const text = files[path];
      if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return text;
    },
  });
}

function configOf(given: Given) {
  const { config, faults } = read(given);
  expect(faults).toEqual([]);
  return config as NonNullable<typeof config>;
}

const env = (text: Origin['env']): Given => ({ env: text });

test('nothing set is a bridge on this machine that shows everything on the console', () => {
  expect(configOf({})).toMatchObject({
    host: '127.0.0.1',
    port: 3000,
    databaseUrl: 'sqlite:data/tocsin.db',
    trustProxy: [],
    sources: [],
    templatesDir: 'templates',
    logLevel: 'info',
    maxBodyBytes: 1_048_576,
    retention: 90 * 86_400_000,
    secretValues: [],
  });
  expect(configOf({}).routes).toMatchObject([{ name: 'ROUTE_DEFAULT', destinations: ['console'] }]);
  expect(configOf({}).platforms.map(({ platform }) => platform.name)).toEqual(['console']);
});

test('a source is on when it has secrets, the newest first', () => {
  const { sources: on } = configOf(env({ WIZSTATUS_SECRETS: 'new, old', WIZSTATUS_ALLOWED_IPS: '10.0.0.0/8, ::1' }));
  expect(on).toMatchObject([{ source: { name: 'wizstatus' }, secrets: ['new', 'old'] }]);
  expect(holdsAddress(on[0]?.allowedIps ?? [], '::ffff:10.1.2.3')).toBe(true);
  expect(holdsAddress(on[0]?.allowedIps ?? [], '11.1.2.3')).toBe(false);
});

test('routes are read in the order of their names, the default last', () => {
  const { routes } = configOf(env({ ROUTE_B: 'severity=info -> console; stop', ROUTE_A: 'team=db -> console' }));
  expect(routes.map(({ name }) => name)).toEqual(['ROUTE_A', 'ROUTE_B', 'ROUTE_DEFAULT']);
});

test('people and responders are read, actions by their own names', () => {
  const { people, responders } = configOf(
    env({ PERSON_ANNA: 'slack:U1, discord:9', RESPONDERS: 'person:anna', RESPONDERS_TAKE_OVER: 'slack:S1, console' }),
  );
  expect(people.get('anna')).toMatchObject([{ platform: 'slack' }, { platform: 'discord' }]);
  expect([...responders.keys()]).toEqual(['*', 'take-over']);
});

test('HTTPS is required as soon as other machines can reach it', () => {
  expect(requiresHttps(configOf(env({ HOST: '0.0.0.0', TRUST_PROXY: '10.0.0.1' })))).toBe(true);
  expect(requiresHttps(configOf(env({ HOST: '::1' })))).toBe(false);
  expect(requiresHttps(configOf(env({ HOST: '0.0.0.0', REQUIRE_HTTPS: 'false' })))).toBe(false);
});

const TLS = join(import.meta.dirname, '..', 'fixtures', 'tls');
const pem = (name: string) => readFileSync(join(TLS, name), 'utf8');
const withTls = (key: string): Given => ({
  env: { HOST: '0.0.0.0', TLS_CERT_FILE: 'crt', TLS_KEY_FILE: 'key' },
  files: { crt: pem('first.crt'), key: pem(key) },
});

test('HTTPS is served with a certificate and its key', () => {
  const config = configOf(withTls('first.key'));
  expect({ tls: config.tls, requireHttps: requiresHttps(config) }).toEqual({
    tls: { cert: pem('first.crt').trim(), key: pem('first.key').trim() },
    requireHttps: true,
  });
  expect(config.secretValues).toContain(pem('first.key').trim());
});

test("another certificate's key is a fault", () => {
  expect(read(withTls('second.key')).faults).toMatchObject([{ place: 'TLS_KEY_FILE' }]);
});

// ---------------------------------------------------------------- where values come from

test('the process environment wins over .env, and takes a value back by being empty', () => {
  const given = { file: 'PORT=1\nLOG_LEVEL=warn', env: { PORT: '2', LOG_LEVEL: '' } };
  expect(configOf(given)).toMatchObject({ port: 2, logLevel: 'info' });
});

test('the process environment wins over .env in either form', () => {
  const given = {
    file: 'CONSOLE_TOKEN=from-env',
    env: { CONSOLE_TOKEN_FILE: 'token' },
    files: { token: 'from-file\n' },
  };
  expect(configOf(given).consoleToken).toBe('from-file');
});

test.each([
  ['a secret', { WIZSTATUS_SECRETS_FILE: 'f' }, 's', { sources: [{ secrets: ['s'] }] }],
  ['a route', { ROUTE_DB_FILE: 'f' }, 'team=db -> console', { routes: [{ name: 'ROUTE_DB' }, {}] }],
  ['a number', { PORT_FILE: 'f' }, '8080\r\n', { port: 8080 }],
])('%s may be given as a file', (_, given, text, expected) => {
  expect(configOf({ env: given, files: { f: text } })).toMatchObject(expected);
});

test("a runbook's secret is found, in .env or as a file, and Tocsin's own are not handed out", () => {
  const { variable, secretValues } = configOf({
    file: "DEPLOY_TOKEN='abc'\nCONSOLE_TOKEN=own",
    env: { OTHER_FILE: 'f', HOME: '/root' },
    files: { f: 'other\n' },
  });
  expect([variable('DEPLOY_TOKEN'), variable('OTHER'), variable('CONSOLE_TOKEN'), variable('NOWHERE')]).toEqual([
    'abc',
    'other',
    undefined,
    undefined,
  ]);
  expect(secretValues).toEqual(expect.arrayContaining(['own', 'abc']));
});

// ---------------------------------------------------------------- faults

test.each<readonly [string, Given, string, RegExp, RegExp]>([
  ['a port that is none', env({ PORT: 'http' }), 'PORT:1', /no port/, /digits/],
  ['a port too high', env({ PORT: '65536' }), 'PORT:1', /0 to 65535/, /digits/],
  ['too small a body', env({ MAX_BODY_BYTES: '10' }), 'MAX_BODY_BYTES:1', /1024/, /digits/],
  ['no duration', env({ RETENTION: '90' }), 'RETENTION:1', /no duration/, /90s/],
  ['a duration out of bounds', env({ RETENTION: '1s' }), 'RETENTION:1', /bounds/, /1 h/],
  ['an unknown level', env({ LOG_LEVEL: 'loud' }), 'LOG_LEVEL:1', /no choice|not a choice/, /trace, debug/],
  ['neither true nor false', env({ REQUIRE_HTTPS: 'maybe' }), 'REQUIRE_HTTPS:1', /neither/, /true or false/],
  ['an address that is no web address', env({ PUBLIC_URL: 'tocsin.example' }), 'PUBLIC_URL:1', /http/, /https:/],
  ['another database', env({ DATABASE_URL: 'mysql://x' }), 'DATABASE_URL', /database/, /sqlite:/],
  ['PostgreSQL', env({ DATABASE_URL: 'postgres://u:p@db/t' }), 'DATABASE_URL', /not in this version/, /sqlite:/],
  ['an address misspelt', env({ ALLOWED_IPS: '10.0.0.1, 10.0.0' }), 'ALLOWED_IPS:11', /10\.0\.0"/, /10\.0\.0\.0\/8/],
  ['every proxy', env({ TRUST_PROXY: 'true' }), 'TRUST_PROXY:1', /every caller/, /proxies/],
  ['a number of proxies', env({ TRUST_PROXY: '1' }), 'TRUST_PROXY:1', /hops/, /proxies/],
  ['a list without a secret', env({ WIZSTATUS_SECRETS: ' , ' }), 'WIZSTATUS_SECRETS', /holds no secret/, /one secret/],
  [
    'addresses for a source that is off',
    env({ ALERTMANAGER_ALLOWED_IPS: '10.0.0.1' }),
    'ALERTMANAGER_ALLOWED_IPS',
    /Alertmanager is off/,
    /set ALERTMANAGER_SECRETS/,
  ],
  ['a principal misspelt', env({ RESPONDERS: '*, slack:x' }), 'RESPONDERS:4', /slack:x/, /slack:U/],
  ['a group as a person', env({ PERSON_ANNA: 'slack:S1' }), 'PERSON_ANNA:1', /slack:S1/, /slack:U/],
  ['a person who is nobody', env({ RESPONDERS: 'person:ann' }), 'RESPONDERS:1', /PERSON_ANN/, /set PERSON_ANN/],
  ['an action that is none', env({ RESPONDERS_ACK: '*' }), 'RESPONDERS_ACK', /no action/, /RESPONDERS_RUN|ACKNOWLEDGE/],
  ['a route misspelt', env({ ROUTE_DB: 'team=db > console' }), 'ROUTE_DB:1', /->/, /->/],
  [
    'a platform that is not there',
    env({ ROUTE_DEFAULT: 'console, slack:a' }),
    'ROUTE_DEFAULT:10',
    /slack is not in this version/,
    /console/,
  ],
  [
    'a mention of nobody',
    env({ ROUTE_A: 'a=b -> console; mention=person:bo' }),
    'ROUTE_A:25',
    /PERSON_BO/,
    /PERSON_BO/,
  ],
  ['a fallback that is none', env({ FALLBACK_DESTINATION: 'consol' }), 'FALLBACK_DESTINATION:1', /consol/, /console/],
  ['both forms', env({ CONSOLE_TOKEN: 'a', CONSOLE_TOKEN_FILE: 'b' }), 'CONSOLE_TOKEN', /both/, /one/],
  [
    'a file that is not there',
    env({ CONSOLE_TOKEN_FILE: '/no/such' }),
    'CONSOLE_TOKEN_FILE',
    /\/no\/such does not exist/,
    /CONSOLE_TOKEN/,
  ],
  [
    'an empty file',
    { env: { CONSOLE_TOKEN_FILE: 'f' }, files: { f: '\n' } },
    'CONSOLE_TOKEN_FILE',
    /empty/,
    /CONSOLE_TOKEN/,
  ],
  [
    'a certificate without its key',
    { env: { TLS_CERT_FILE: 'f' }, files: { f: 'x' } },
    'TLS_KEY_FILE',
    /not set/,
    /both/,
  ],
  [
    'a certificate that is none',
    { env: { TLS_CERT_FILE: 'f' }, files: { f: 'x' } },
    'TLS_CERT_FILE',
    /no certificate/,
    /PEM/,
  ],
  [
    'a key that is not set beside a certificate that is not there',
    { env: { TLS_CERT_FILE: 'nowhere' } },
    'TLS_KEY_FILE',
    /not set/,
    /both/,
  ],
  [
    'a # that cuts a value off',
    { file: 'PORT=1\nROUTE_DEFAULT=slack:#a' },
    '.env:2:21',
    /ROUTE_DEFAULT is cut off/,
    /single-quote/,
  ],
  ['a line that sets nothing', { file: 'PORT 3000' }, '.env:1:1', /sets nothing/, /NAME=value/],
  ['a name twice', { file: 'PORT=1\nPORT=2' }, '.env:2:1', /PORT is set twice/, /one of/],
  ['a quote left open', { file: "CONSOLE_TOKEN='a" }, '.env:1:15', /never closed/, /close it/],
])('%s is a fault with its place and cure', (_, given, place, message, cure) => {
  const { config, faults } = read(given);
  expect(config).toBeUndefined();
  expect(faults).toContainEqual(
    expect.objectContaining({
      place,
      message: expect.stringMatching(message) as string,
      cure: expect.stringMatching(cure) as string,
    }),
  );
});

test('every fault is told, not only the first', () => {
  const { faults } = read(env({ PORT: 'x', LOG_LEVEL: 'x', ROUTE_A: 'x', RESPONDERS: 'x', RETENTION: 'x' }));
  expect(faults.map(({ place }) => place.split(':')[0])).toEqual(
    expect.arrayContaining(['PORT', 'LOG_LEVEL', 'ROUTE_A', 'RESPONDERS', 'RETENTION']),
  );
});

test.each([
  [
    'a source whose secrets',
    { WIZSTATUS_SECRETS_FILE: 'nowhere', WIZSTATUS_ALLOWED_IPS: '::1' },
    'WIZSTATUS_SECRETS_FILE',
  ],
  ['a certificate beside its key, which', { TLS_CERT_FILE: 'nowhere', TLS_KEY_FILE: 'key' }, 'TLS_CERT_FILE'],
])('%s cannot be read is not called unset as well', (_, given, place) => {
  const { faults } = read({ env: given, files: { key: pem('first.key') } });
  expect(faults.map((fault) => fault.place)).toEqual([place]);
});

test('a caret stands under the column', () => {
  const [fault] = read(env({ ALLOWED_IPS: '10.0.0.1, nonsense' })).faults;
  expect(fault?.excerpt).toBe('10.0.0.1, nonsense\n          ^');
});

test('no fault repeats a secret', () => {
  const { faults, secretFaults } = read({
    file: [
      'CONSOLE_TOKEN="canary"canary',
      'METRICS_TOKEN=canary#canary',
      'canary canary',
      'canary: x=canary',
      'Q2FuYXJ5Y2FuYXJ5canary==',
      'DATABASE_URL=postgres://u:canary@host/db',
      'NOT_KNOWN=canary',
      'WIZSTATUS_SECRETS=" , "canary',
      'TLS_KEY_FILE=key',
      "CONSOLE_TOKEN='canary",
    ].join('\n'),
    files: { key: '-----BEGIN PRIVATE KEY-----\ncanary' },
  });
  const told = JSON.stringify([faults, secretFaults([])]);
  expect(faults.length).toBeGreaterThan(6);
  expect(told).not.toContain('canary');
});

test.each([
  ['HTTPS that nobody speaks', { HOST: '0.0.0.0' }, 'HOST', /TLS_CERT_FILE.*TRUST_PROXY.*REQUIRE_HTTPS=false/],
  ['no source', {}, '<SOURCE>_SECRETS', /WIZSTATUS_SECRETS/],
  [
    'one who may press, of a platform that is not there',
    { RESPONDERS: 'console, slack:U1' },
    'RESPONDERS:10',
    /console/,
  ],
  ['one who may press one action only', { RESPONDERS_NOTE: 'teams:a-1' }, 'RESPONDERS_NOTE:1', /console/],
  ['one who is mentioned', { ROUTE_DEFAULT: 'console; mention=slack:S1' }, 'ROUTE_DEFAULT:18', /console/],
  ['what a later version brings', { HEARTBEAT_URL: 'https://a.example/' }, 'HEARTBEAT_URL', /leave it out/],
  ['a token that may be guessed', { CONSOLE_TOKEN: 'fifteen letters' }, 'CONSOLE_TOKEN', /openssl/],
  [
    'one of several secrets that may',
    { WIZSTATUS_SECRETS: `${'x'.repeat(16)}, short` },
    'WIZSTATUS_SECRETS',
    /openssl/,
  ],
])('%s is noted with its cure, and keeps nothing from starting', (_, variables, place, cure) => {
  const { config, notes } = read(env(variables));
  expect(config).toBeDefined();
  expect(notes).toContainEqual(expect.objectContaining({ place, cure: expect.stringMatching(cure) as string }));
});

test.each([
  ['off', { ROUTE_DEFAULT: 'console' }, [expect.objectContaining({ cure: expect.stringContaining('.env.example') })]],
  ['on', { BELL_TOKEN: 't0ken', BELL_ROOMS: '3' }, []],
])('people of a platform that is %s', (_, variables, noted) => {
  const slack = { ...bell, name: 'slack' };
  const { notes } = read({ env: { ...variables, RESPONDERS: 'slack:U1' }, platforms: [consolePlatform, slack] });
  expect(notes.filter(({ place }) => place.startsWith('RESPONDERS'))).toEqual(noted);
});

test('people whom another platform tells can be mentioned, and press nothing', () => {
  const webhook = { ...bell, people: 'teams' };
  const variables = { BELL_TOKEN: 't0ken', BELL_ROOMS: '3', RESPONDERS: 'teams:a-1' };
  const env = { ...variables, ROUTE_DEFAULT: 'console; mention=teams:a-1' };
  const { notes } = read({ env, platforms: [consolePlatform, webhook] });
  expect(notes.map(({ place }) => place)).toContain('RESPONDERS:1');
  expect(notes.filter(({ place }) => place.startsWith('ROUTE_'))).toEqual([]);
});

test.each(['*', 'console', 'person:anna'])('%s may be anywhere', (principal) => {
  const { notes } = read(env({ RESPONDERS: principal, PERSON_ANNA: 'slack:U1' }));
  expect(notes.filter(({ place }) => place.startsWith('RESPONDERS'))).toEqual([]);
});

test('routes are known even where something else is wrong', () => {
  const { config, routes } = read(env({ PORT: 'x', ROUTE_DB: 'severity=critical -> console; template=database' }));
  expect(config).toBeUndefined();
  expect(routes.map(({ name }) => name)).toEqual(['ROUTE_DB', 'ROUTE_DEFAULT']);
});

// ---------------------------------------------------------------- names

test.each([
  'HTTP_PROXY',
  'NO_PROXY',
  'RATE_LIMIT',
  'VERSION_NUMBER',
  'PERSISTENT_DIR',
  'PG_PORT',
  'PG_HOST_FILE',
  'NODE_ENV',
  'AWS_REGION',
  'REDIS_URL',
  'GITHUB_TOKEN',
])('a name that is no slip of one of ours gets no hint: %s', (name) => {
  expect(read({ file: `${name}=x` }).secretFaults([])).toMatchObject([
    { message: `nothing reads ${name}`, cure: expect.not.stringContaining('did you mean') as string },
  ]);
});

test('a person or an action that is like none of ours gets no hint either', () => {
  const { faults } = read(env({ PERSON_ANNA: 'slack:U1', RESPONDERS: 'person:bo', RESPONDERS_DEPLOY: '*' }));
  expect(faults).toHaveLength(2);
  for (const { cure } of faults) expect(cure).not.toMatch(/did you mean|person:anna/);
});

test.each([
  ['WIZSTATUS_SECRET=x', 'WIZSTATUS_SECRETS'],
  ['CONSOLE_TOKN=x', 'CONSOLE_TOKEN'],
  ['ROUT_DB=console', 'ROUTE_DB'],
  ['RESPONDER_RUN=*', 'RESPONDERS_RUN'],
  ['METRIC_TOKEN_FILE=x', 'METRICS_TOKEN_FILE'],
  ['WIZSTATUS_SECERTS=x', 'WIZSTATUS_SECRETS'],
  ['LOG_LEVL=x', 'LOG_LEVEL'],
  ['PROT_FILE=x', 'PORT_FILE'],
  ['ROTUE_DB=console', 'ROUTE_DB'],
  ['ROUTES_DB=console', 'ROUTE_DB'],
])('a name that nothing declares is a fault with the nearest name: %s', (file, nearest) => {
  expect(read({ file }).secretFaults([])).toMatchObject([
    { place: '.env:1:1', cure: expect.stringContaining(`did you mean ${nearest}?`) as string },
  ]);
});

test.each([
  ['STORM_AFTER', /storm is not in this version yet/],
  ['HEARTBEAT_URL', /heartbeat/],
])('%s belongs to a later version, and says so', (name, message) => {
  expect(read({ file: `${name}=x` }).secretFaults([])).toMatchObject([
    { message: expect.stringMatching(message) as string },
  ]);
});

test('a name that a runbook claims is no fault, as a file neither', () => {
  const claims = [
    { name: 'DEPLOY_TOKEN', place: 'runbooks/a.md' },
    { name: 'OTHER', place: 'runbooks/a.md' },
  ];
  const given = { file: 'DEPLOY_TOKEN=x\nOTHER_FILE=f', files: { f: 'y' } };
  expect(read(given).secretFaults(claims)).toEqual([]);
});

test.each([
  ['that is not set', 'NOT_SET', /not set/],
  ["that is Tocsin's own", 'CONSOLE_TOKEN', /Tocsin's own/],
])('a claim %s is a fault', (_, name, message) => {
  const { secretFaults } = read({ file: 'CONSOLE_TOKEN=x' });
  expect(secretFaults([{ name, place: 'runbooks/a.md' }])).toMatchObject([
    { place: 'runbooks/a.md', message: expect.stringMatching(message) as string },
  ]);
});

test('the folder of templates is known even where something else is wrong', () => {
  expect(read(env({ PORT: 'x', TEMPLATES_DIR: 'mine' })).templatesDir).toBe('mine');
});

// ---------------------------------------------------------------- platforms

const bell: Platform = {
  ...consolePlatform,
  name: 'bell',
  variables: {
    BELL_TOKEN: { schema: z.string(), about: 'Its token.', secret: true },
    BELL_ROOMS: { schema: z.coerce.number(), about: 'How many rooms.' },
    'BELL_ROOM_<NAME>': { schema: z.string(), about: 'A name for a room.' },
  },
  configure: (values) => {
    if (Object.keys(values).length === 0) return undefined;
    if (values.BELL_TOKEN !== undefined) return values;
    throw new FaultsFound([{ place: 'BELL_TOKEN', message: 'BELL_TOKEN is not set', cure: 'set it' }]);
  },
};
const withBell = (text: Origin['env']): Given => ({ env: text, platforms: [consolePlatform, bell] });

test('a platform gets those of its variables that are set, parsed', () => {
  const { platforms, secretValues } = configOf(
    withBell({ BELL_TOKEN: 't0ken', BELL_ROOMS: '3', BELL_ROOM_OPS: 'r1', ROUTE_DEFAULT: 'bell:ops' }),
  );
  expect(platforms.find(({ platform }) => platform === bell)?.env).toEqual({
    BELL_TOKEN: 't0ken',
    BELL_ROOMS: 3,
    BELL_ROOM_OPS: 'r1',
  });
  expect(secretValues).toContain('t0ken');
});

test('a platform without variables is off, and a route to it is a fault', () => {
  expect(read(withBell({ ROUTE_DEFAULT: 'bell:ops' })).faults).toMatchObject([
    { place: 'ROUTE_DEFAULT:1', message: 'bell is off' },
  ]);
});

test('a platform of which only some variables are set names the missing ones', () => {
  expect(read(withBell({ BELL_ROOMS: '3' })).faults).toMatchObject([{ place: 'BELL_TOKEN' }]);
});
