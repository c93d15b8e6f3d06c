import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Bridge, MAIN, startBridge } from '../support/bridge.ts';
import { startBrowser } from '../support/browser.ts';

const TEMPLATES = join(import.meta.dirname, '..', '..', 'templates');
let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

test('a monitor goes down, and people see it, take it, restart it and end it, on a page that follows by itself', async () => {
  const bridge = await started();
  const page = await signedIn(bridge);
  await page.getByText('All quiet').first().waitFor();

  await bridge.send('Production API', 'firing', { incident: 'tocsin-demo-1' });
  await page
    .getByRole('link', { name: /Production API/ })
    .first()
    .click();
  await page.getByRole('heading', { name: 'Production API is down' }).waitFor();

  await page.getByRole('button', { name: 'Acknowledge' }).click();
  await page.getByText(/Acknowledged by Maya/).waitFor();
  expect(await page.getByRole('button', { name: 'Take over' }).count()).toBe(0);

  await page
    .getByRole('link', { name: 'Restart API' })
    .or(page.getByRole('button', { name: 'Restart API' }))
    .first()
    .click();
  await page.getByText('Restart every host, one after the other?').waitFor();
  await page.getByRole('button', { name: 'Run Restart API' }).click();
  await page
    .getByText(/draining/)
    .first()
    .waitFor(); // its output streams in
  await page.getByRole('button', { name: 'Cancel' }).waitFor();
  await page
    .getByText(/succeeded/)
    .first()
    .waitFor({ timeout: 15_000 });

  await bridge.send('Production API', 'resolved', { incident: 'tocsin-demo-1' });
  await page.getByRole('heading', { name: 'Production API is up' }).waitFor();
  expect(await page.getByRole('button', { name: 'Acknowledge' }).count()).toBe(0);
  expect(await violations(page)).toEqual([]);
}, 60_000);

test('a press that came too late says who was first and when', async () => {
  const bridge = await started();
  const { body } = await bridge.send('Database', 'firing');
  const [maya, jonas] = [await signedIn(bridge, 'Maya'), await signedIn(bridge, 'Jonas', false)];
  for (const page of [maya, jonas]) await page.goto(`${bridge.url}/incidents/${body.incidents?.[0]}`);
  await maya.getByRole('button', { name: 'Resolve' }).click();
  await maya
    .getByText(/Resolved by Maya/)
    .first()
    .waitFor();
  await jonas.getByRole('button', { name: 'Acknowledge' }).click();
  await jonas.getByRole('status').getByText(/Maya/).waitFor();
}, 60_000);

test('works without JavaScript: a press, a note and why', async () => {
  const bridge = await started();
  const { body } = await bridge.send('Mail queue', 'firing');
  const page = await signedIn(bridge, 'Maya', false);
  await page.goto(`${bridge.url}/incidents/${body.incidents?.[0]}`);
  await page.getByRole('button', { name: 'Acknowledge' }).click();
  await page.getByText(/Acknowledged by Maya/).waitFor();

  await page.getByRole('button', { name: 'More' }).click();
  await page.getByText('Add a note', { exact: true }).click();
  await page.getByRole('textbox').last().fill('Disk is full, <b>cleaning</b>.');
  await page.getByRole('button', { name: 'Add', exact: true }).last().click();
  await page.getByText('Disk is full, <b>cleaning</b>.').waitFor();
}, 60_000);

test('shows the card as the chat platforms would, Teams’ by its own renderer, and follows the incident', async () => {
  const bridge = await started();
  const { body } = await bridge.send('Mail queue', 'firing');
  const page = await signedIn(bridge);
  await page.goto(`${bridge.url}/incidents/${body.incidents?.[0]}`);
  for (const platform of ['Slack', 'Discord', 'Teams']) {
    await page.getByRole('link', { name: platform, exact: true }).click();
    await page.getByText(`As ${platform} shows it.`).waitFor();
    await page.getByText('Critical, firing').waitFor();
  }
  await page.locator('.ac-adaptiveCard').getByRole('button', { name: 'Acknowledge' }).waitFor();
  await bridge.press(String(body.incidents?.[0]), 'acknowledge');
  await page
    .locator('.ac-adaptiveCard')
    .getByText(/^Acknowledged by/)
    .waitFor();
}, 60_000);

test('says that it reconnects when the bridge is gone', async () => {
  const bridge = await started();
  await bridge.send('Search', 'firing');
  const page = await signedIn(bridge);
  await page.getByText('Live', { exact: true }).waitFor();
  await bridge.kill();
  await page.getByText(/Reconnecting, last update/).waitFor({ timeout: 30_000 });
}, 60_000);

async function started(): Promise<Bridge> {
  const bridge = await startBridge({ main: MAIN, env: { TEMPLATES_DIR: TEMPLATES } });
  return bridge;
}

/** A page of somebody who signed in. Fails its test where the page reports an error. */
async function signedIn(bridge: Bridge, name = 'Maya', javaScriptEnabled = true): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled, viewport: { width: 1440, height: 900 } });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  onTestFinished(() => expect(errors).toEqual([]));
  await page.goto(`${bridge.url}/sign-in`);
  await page.getByLabel(/token/i).fill(bridge.token);
  await page.getByLabel(/name/i).fill(name);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${bridge.url}/`);
  return page;
}

/** What axe finds wrong for people who do not see, or do not use a mouse. */
async function violations(page: Page): Promise<readonly string[]> {
  const found = await page.evaluate(async (source) => {
    new Function(source)();
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  }, axe.source);
  return found;
}
