import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '..', 'src');

/** What each room may import, besides itself and `domain`. A folder or file without a row fails. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  adapters: [],
  store: [],
  incidents: [],
  routing: [],
  delivery: [],
  templates: [],
  formatter: ['templates'],
  sources: ['templates'],
  runbooks: ['templates', 'routing'],
  actions: ['incidents'],
  pipeline: ['incidents', 'routing', 'formatter', 'actions', 'runbooks', 'templates'],
  receiver: ['pipeline (type)'],
  console: ['pipeline (type)'],
  config: ['routing', 'sources', 'adapters', 'actions', 'runbooks'],
  'clock.ts': [],
  'closers.ts': [],
  'log.ts': [],
  'metrics.ts': [],
  'orphan.ts': [],
  'live-settings.ts': ['config', 'setup.ts', 'pipeline (type)', 'receiver (type)'],
  'reloading.ts': ['config', 'live-settings.ts', 'setup.ts', 'templates'],
  'setup.ts': ['config', 'routing', 'runbooks', 'templates'],
  'app.ts': ['*'],
  'compiled.ts': [],
  'main.ts': ['compiled.ts', 'serve.ts'],
  'serve.ts': ['app.ts', 'clock.ts', 'config', 'log.ts', 'orphan.ts', 'setup.ts'],
  cli: ['*'],
};

/** The one home of each third-party package. `zod` may appear wherever input is declared. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  fastify: ['receiver', 'console'],
  '@fastify/': ['receiver', 'console'],
  'htmx.org': ['console'],
  ghtml: ['console'],
  'discord-markdown-parser': ['console'],
  '@fontsource-variable/': ['console'],
  kysely: ['store'],
  'node:sqlite': ['store'],
  liquidjs: ['templates'],
  yaml: ['templates'],
  'mdast-util-from-markdown': ['templates'],
  re2js: ['routing'],
  'prom-client': ['metrics.ts'],
  '@slack/': ['adapters'],
  'discord.js': ['adapters'],
  '@microsoft/': ['adapters'],
  'secure-json-parse': ['sources'],
  'ipaddr.js': ['domain'],
  'fastest-levenshtein': ['domain'],
  'close-with-grace': ['serve.ts', 'cli'],
  '@aws-sdk/': ['runbooks'],
  '@google-cloud/': ['runbooks'],
};

/** What `domain` may run: pure functions of text. Others it may use as types. */
const PURE_IN_DOMAIN = ['ipaddr.js', 'fastest-levenshtein'];

interface Import {
  readonly file: string;
  readonly room: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const roomOf = (file: string) => file.split(sep)[0] as string;
const imports: readonly Import[] = files.flatMap((file) =>
  [
    ...readFileSync(join(SRC, file), 'utf8').matchAll(
      /^(?:import|export)\s+(type\s)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm,
    ),
  ].map((found) => ({
    file,
    room: roomOf(file),
    specifier: (found[2] ?? found[3]) as string,
    typeOnly: found[1] !== undefined,
  })),
);

test('every file and folder of src has a row in the import table', () => {
  expect([...new Set(files.map(roomOf))].filter((room) => !(room in MAY_IMPORT))).toEqual([]);
});

test('a room imports only what its row allows', () => {
  const wrong = imports
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map((use) => ({ ...use, target: roomOf(relative(SRC, join(SRC, dirname(use.file), use.specifier))) }))
    .filter(({ room, target, typeOnly }) => {
      const allowed = MAY_IMPORT[room] ?? [];
      return !(
        target === room ||
        target === 'domain' ||
        allowed.includes('*') ||
        allowed.includes(target) ||
        (typeOnly && allowed.includes(`${target} (type)`))
      );
    })
    .map(({ file, target }) => `${file} imports ${target}`);
  expect(wrong).toEqual([]);
});

test('each third-party package is imported in its one home only', () => {
  const wrong = imports.flatMap(({ file, room, specifier }) =>
    Object.entries(HOMES)
      .filter(([name]) => specifier === name || specifier.startsWith(name.endsWith('/') ? name : `${name}/`))
      .filter(([, homes]) => !homes.includes(room) && room !== 'app.ts')
      .map(() => `${file} imports ${specifier}`),
  );
  expect(wrong).toEqual([]);
});

test('the domain runs no third-party code but pure functions of text', () => {
  const wrong = imports
    .filter(({ room }) => room === 'domain')
    .filter(({ specifier }) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
    .filter(({ specifier, typeOnly }) => !typeOnly && !PURE_IN_DOMAIN.includes(specifier))
    .map(({ file, specifier }) => `${file} imports ${specifier}`);
  expect(wrong).toEqual([]);
});

test('built-in modules are imported under their node: names', () => {
  const bare = builtinModules.filter((name) => !name.startsWith('node:'));
  expect(imports.filter(({ specifier }) => bare.includes(specifier))).toEqual([]);
});

test('no rooms import each other in a circle', () => {
  const edges = new Map<string, Set<string>>();
  for (const { file, room, specifier, typeOnly } of imports) {
    if (!specifier.startsWith('.') || typeOnly) continue;
    const target = roomOf(relative(SRC, join(SRC, dirname(file), specifier)));
    if (target !== room) edges.set(room, (edges.get(room) ?? new Set()).add(target));
  }
  const circles: string[] = [];
  const visit = (room: string, path: readonly string[]) => {
    if (path.includes(room)) circles.push([...path, room].join(' -> '));
    else for (const next of edges.get(room) ?? []) visit(next, [...path, room]);
  };
  for (const room of edges.keys()) visit(room, []);
  expect(circles).toEqual([]);
});
