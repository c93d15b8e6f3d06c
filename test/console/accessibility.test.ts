import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import helmet from '@fastify/helmet';
import fastify, { type FastifyInstance } from 'fastify';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assetRoutes } from '../../src/console/assets.ts';
import { securityHeaders } from '../../src/console/security-headers.ts';
import { startBrowser } from '../support/browser.ts';
import { states } from './states.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const SCREENS = {
  light: { viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
  dark: { viewport: { width: 1440, height: 900 }, colorScheme: 'dark', rules: ['color-contrast'] }, // all else is as in light
  phone: { viewport: { width: 390, height: 844 }, colorScheme: 'light', hasTouch: true },
} as const;
type Screen = BrowserContextOptions & { readonly rules?: readonly string[] };

let browser: Browser;
let server: FastifyInstance;
let url: string;

beforeAll(async () => {
  server = fastify();
  await server.register(helmet, securityHeaders);
  await server.register(assetRoutes);
  server.get<{ Params: { state: string } }>('/states/:state', async (request, reply) =>
    reply.type('text/html; charset=utf-8').send(states[request.params.state]),
  );
  await server.listen({ port: 0, host: '127.0.0.1' });
  url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

describe.each(Object.entries(SCREENS))('%s', (_name, { rules, ...screen }: Screen) => {
  let page: Page;
  const said: string[] = [];

  beforeAll(async () => {
    page = await (await browser.newContext({ ...screen, reducedMotion: 'reduce' })).newPage();
    page.on('console', (message) => said.push(message.text()));
  });

  test.each(Object.keys(states))('axe finds nothing wrong with: %s', async (state) => {
    said.length = 0;
    await page.goto(`${url}/states/${state}`);
    expect(await page.evaluate(TOO_WIDE), 'pixels that are wider than the screen').toBe(0);
    await page.evaluate(AXE);
    const options = rules === undefined ? {} : { runOnly: rules };
    const { violations } = (await page.evaluate(`axe.run(${JSON.stringify(options)})`)) as {
      violations: readonly Violation[];
    };
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`)).toEqual([]);
    expect(said.filter((line) => line.includes('Content Security Policy'))).toEqual([]);
  });
});

const TOO_WIDE = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}
