import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { html } from 'ghtml';
import { looks } from '../src/adapters/looks.ts';
import { assetPath } from '../src/console/asset-paths.ts';
import { assetRoutes } from '../src/console/assets.ts';
import { LOOKS, type Look, lookOf } from '../src/console/looks/index.ts';
import { startBrowser } from '../test/support/browser.ts';
import { cardsFor, NOW, STATES, type State, shipped } from '../test/support/card.ts';

/** All shipped templates as each platform shows them in each state, to be looked at, and the README's picture: `npm run cards`. */
const README_PICTURE = join(import.meta.dirname, '..', 'docs', 'cards.png');
const MAYA = { platform: 'slack', id: 'U1', name: 'Maya Ortiz' };
const viewer = { now: NOW, zone: 'UTC', name: 'Maya Ortiz' };

function look(platform: Look, template: string, state: State): string {
  const card = cardsFor(platform, MAYA)({ state, template });
  return lookOf(platform, looks[platform]?.(card).json, { title: card.title, postedAt: NOW }, viewer);
}

function sheet(templates: readonly string[], states: readonly State[]): string {
  const rows = templates.flatMap((template) =>
    states.map(
      (state) =>
        html`<section class="sheet-row"><p class="sheet-name"><b>${template}</b> ${state}</p>!${LOOKS.map((platform) => html`<div>!${look(platform, template, state)}</div>`).join('')}</section>`,
    ),
  );
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Cards</title>
<link rel="stylesheet" href="${assetPath('console.css')}"><link rel="stylesheet" href="${assetPath('looks.css')}"><link rel="stylesheet" href="/sheet.css">
<script src="${assetPath('teams-look.js')}" defer></script></head><body><main>!${rows.join('')}</main></body></html>`;
}

const STYLE = `main { padding: 16px } .sheet-row { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 12px; align-items: start; margin-bottom: 16px }
.sheet-name { grid-column: 1 / -1 } .look figcaption { display: none }`;

const server = fastify();
await server.register(assetRoutes);
server.get('/sheet.css', async (_request, reply) => reply.type('text/css').send(STYLE));
server.get('/all', async (_request, reply) => reply.type('text/html').send(sheet(shipped.names, STATES)));
server.get('/one', async (_request, reply) => reply.type('text/html').send(sheet(['incident'], ['critical'])));
const url = await server.listen({ port: 0, host: '127.0.0.1' });
const browser = await startBrowser();
try {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ viewport: { width: 1320, height: 800 }, colorScheme });
    await page.goto(`${url}/all`);
    await page.locator('.ac-adaptiveCard').first().waitFor();
    const path = join(tmpdir(), `tocsin-cards-${colorScheme}.png`);
    await page.screenshot({ path, fullPage: true });
    console.log(path);
  }
  const page = await browser.newPage({ viewport: { width: 1320, height: 800 }, colorScheme: 'light' });
  await page.goto(`${url}/one`);
  await page.locator('.ac-adaptiveCard').first().waitFor();
  await page.locator('.sheet-row').screenshot({ path: README_PICTURE });
} finally {
  await browser.close();
  await server.close();
}
