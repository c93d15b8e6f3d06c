import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';

const require = createRequire(import.meta.url);
const own = (name: string) => join(import.meta.dirname, 'assets', name);

/** What the pages load: our own few files, and those of the packages. Read once. */
const FILES = [
  ['console.css', own('console.css'), 'text/css; charset=utf-8'],
  ['console.js', own('console.js'), 'text/javascript; charset=utf-8'],
  ['bell.svg', own('bell.svg'), 'image/svg+xml'],
  ['htmx.js', require.resolve('htmx.org/dist/htmx.min.js'), 'text/javascript; charset=utf-8'],
  ['hx-sse.js', require.resolve('htmx.org/dist/ext/hx-sse.min.js'), 'text/javascript; charset=utf-8'],
  ['inter.woff2', require.resolve('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2'), 'font/woff2'],
  [
    'mono.woff2',
    require.resolve('@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2'),
    'font/woff2',
  ],
] as const;

export function assets(app: FastifyInstance): void {
  for (const [name, path, type] of FILES) {
    const bytes = readFileSync(path);
    app.get(`/assets/${name}`, (_request, reply) =>
      reply.type(type).header('cache-control', 'public, max-age=3600').send(bytes),
    );
  }
}
