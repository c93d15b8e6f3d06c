import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import { type Browser, type Page, chromium as playwright } from 'playwright-core';
import { type DemoBridge, runDemo } from '../src/cli/demo-bridge.ts';
import { post } from '../src/cli/post.ts';
import { wizstatus } from '../src/sources/wizstatus.ts';

const FOLDER = join(import.meta.dirname, '..', 'docs');

/** Takes the README's pictures of the console: `npm run screenshots` writes them into docs/. */
async function screenshots(bridge: DemoBridge): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  for (const monitor of ['Search index', 'Image resizer', 'Production API', 'Database primary', 'Checkout EU'])
    await send(bridge, monitor, 'firing');
  await send(bridge, 'Search index', 'resolved');
  const browser = await playwright.launch({
    args: chromium.args.filter((arg) => arg !== '--single-process'),
    executablePath: await chromium.executablePath(),
  });
  try {
    await story(browser, bridge);
  } finally {
    await browser.close();
  }
}

async function story(browser: Browser, bridge: DemoBridge): Promise<void> {
  const page = await signedIn(browser, bridge, 'light', { width: 1440, height: 900 });
  await acknowledge(page, 'Image resizer');
  await acknowledge(page, 'Production API');
  await page.getByRole('button', { name: 'Restart API' }).click();
  await page.getByRole('button', { name: 'Run Restart API' }).click();
  await page
    .getByText(/restarting/)
    .first()
    .waitFor();
  await page.screenshot({ path: join(FOLDER, 'console-light.png') });
  const at = new URL(page.url()).pathname;

  const dark = await signedIn(browser, bridge, 'dark', { width: 1440, height: 900 });
  await dark.goto(bridge.url + at);
  await dark.getByText('Live', { exact: true }).waitFor();
  await dark.screenshot({ path: join(FOLDER, 'console-dark.png') });

  const phone = await signedIn(browser, bridge, 'light', { width: 390, height: 844 });
  await phone
    .getByRole('link', { name: /Database primary/ })
    .first()
    .click();
  await phone.getByRole('button', { name: 'Acknowledge' }).waitFor();
  await phone.screenshot({ path: join(FOLDER, 'console-phone.png') });
}

async function signedIn(
  browser: Browser,
  bridge: DemoBridge,
  colorScheme: 'light' | 'dark',
  viewport: { readonly width: number; readonly height: number },
): Promise<Page> {
  const context = await browser.newContext({ colorScheme, viewport, deviceScaleFactor: viewport.width < 600 ? 2 : 1 });
  const page = await context.newPage();
  await page.goto(`${bridge.url}/sign-in`);
  await page.getByLabel(/token/i).fill(bridge.token);
  await page.getByLabel(/name/i).fill('Maya Ortiz');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${bridge.url}/`);
  return page;
}

async function acknowledge(page: Page, monitor: string): Promise<void> {
  await page
    .getByRole('link', { name: new RegExp(monitor) })
    .first()
    .click();
  await page.getByRole('heading', { name: `${monitor} is down` }).waitFor();
  await page.getByRole('button', { name: 'Acknowledge' }).click();
  await page.getByText('You have it.').waitFor();
}

async function send(bridge: DemoBridge, monitor: string, state: 'firing' | 'resolved'): Promise<void> {
  const id = `tocsin-demo-${monitor}`; // so that the demo's runbook is offered
  await post(
    new URL('/webhooks/wizstatus', bridge.url),
    wizstatus.sample(state, bridge.secret, Date.now(), { monitor, id }),
  );
}

await runDemo(screenshots);
