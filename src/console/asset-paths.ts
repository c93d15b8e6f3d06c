import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** What the pages load: ours, and files of packages, as they are. */
export type AssetName = keyof typeof FILES;
export interface Asset {
  readonly type: string;
  readonly body: Buffer;
}

const { resolve } = createRequire(import.meta.url);
const own = (name: string) => join(import.meta.dirname, 'assets', name);

/** Several files are served as one, in this order: htmx starts between two scripts, and extensions that come later miss it. */
const FILES = {
  'console.css': own('console.css'),
  'console.js': [resolve('htmx.org/dist/htmx.min.js'), resolve('htmx.org/dist/ext/hx-sse.min.js'), own('console.js')],
  'looks.css': own('looks.css'),
  'teams-look.js': [
    resolve('adaptivecards/dist/adaptivecards.min.js'),
    resolve('markdown-it/browser'),
    own('teams-look.js'),
  ],
  'bell.svg': own('bell.svg'),
  'inter.woff2': resolve('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2'),
  'inter-ext.woff2': resolve('@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2'),
  'mono.woff2': resolve('@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2'),
} as const;

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
};

export const assets: ReadonlyMap<string, Asset> = new Map(
  Object.entries(FILES).map(([name, files]) => [
    name,
    { type: TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream', body: read([files].flat()) },
  ]),
);

/** One for all of them, so that the style sheet can name fonts beside it: they may be kept for ever. */
const version = hash('sha256', Buffer.concat([...assets.values()].map(({ body }) => body))).slice(0, 12);

export const ASSETS_PREFIX = `/assets/${version}`;
export const assetPath = (name: AssetName): string => `${ASSETS_PREFIX}/${name}`;

function read(files: readonly string[]): Buffer {
  return Buffer.concat(files.flatMap((file, index) => [Buffer.from(index === 0 ? '' : '\n'), readFileSync(file)]));
}
