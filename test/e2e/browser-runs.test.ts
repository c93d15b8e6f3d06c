import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { connected } from '../stories/platform-stories.ts';
import { type Bridge, MAIN, startBridge } from '../support/bridge.ts';
import { startBrowser } from '../support/browser.ts';
import { startSlackTeam } from '../support/slack/platform.ts';
import { soon } from '../support/soon.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const runbook = (more: string) => `---
label: Drain
run: script
command: [./drain.sh, "{{ inputs.reason }}"]
inputs: { reason: { label: Reason, required: true }, more: { label: What else } }
allow: ["*"]
${more}
---

Takes the hosts out.
`;

/** A bridge that offers this runbook on an incident, a Slack of two people, and the incident's page. */
async function opened(more: string, shell: string) {
  const chat = await startSlackTeam();
  const bridge = await startBridge({
    main: MAIN,
    env: { ...chat.env, ROUTE_DEFAULT: chat.main },
    files: { 'templates/runbooks/drain.md': runbook(more), 'templates/runbooks/drain.sh': `#!/bin/sh\n${shell}\n` },
  });
  await connected(bridge, 'slack');
  const { body } = await bridge.send('Production API', 'firing');
  await soon(() => expect(chat.cards(chat.main)).toHaveLength(1));
  const page = await pageOf(bridge, String(body.incidents?.[0]));
  return { chat, page, card: () => chat.cards(chat.main)[0]! };
}

async function pageOf(bridge: Bridge, incident: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(`${bridge.url}/?token=${encodeURIComponent(bridge.token)}`);
  await page.goto(`${bridge.url}/incidents/${incident}`);
  await page.getByText('Live', { exact: true }).waitFor();
  return page;
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

test('a runbook asks for its inputs on the page, prints there while it runs, and is cancelled there', async () => {
  const { page, card } = await opened('confirm: On every host?', 'echo "draining because of $1"\nsleep 60');
  await button(page, 'Drain').click();
  await page.getByText('On every host?').waitFor();
  await button(page, 'Run Drain').click();
  const reason = page.getByRole('textbox', { name: 'Reason' });
  expect(await page.locator('input:invalid').count()).toBe(1); // the page asks for it before the bridge does
  await reason.fill('a leak; $(reboot)');
  await button(page, 'Run Drain').click();
  await page.getByText('draining because of a leak; $(reboot)').first().waitFor();
  await page.getByText(/^running, 0:\d\d of 2:00$/).waitFor();
  await soon(() => expect(card().text).toContain('draining because of a leak'));

  await button(page, 'Cancel').click();
  await page
    .getByText(/stopped after \d+/)
    .first()
    .waitFor();
  await soon(() => expect(card().buttons).not.toContain('Cancel Drain'));
  expect(await button(page, 'Cancel').count()).toBe(0);
}, 60_000);

test('what others must agree to is no button on the page, which shows what waits, who agrees in a chat, and the run', async () => {
  const { page, chat, card } = await opened('approve: 1', 'echo "drained because of $1"');
  const [maya, jonas] = chat.people;
  await page.getByText('Drain needs others to agree: ask for it in a chat.').waitFor();
  expect(await button(page, 'Drain').count()).toBe(0);

  await chat.press(card(), 'Drain', maya);
  await soon(() => expect(chat.form(maya)).toBeDefined());
  expect(await chat.submit(maya, { reason: 'a <b>leak</b>' })).toEqual({});
  await page.getByText('waits for one other person to agree').first().waitFor();
  await page.getByText('a <b>leak</b>', { exact: true }).waitFor();
  await page.getByText(/^Another person approves it in a chat channel, until/).waitFor();
  expect(await page.getByRole('button', { name: /Approve/ }).count()).toBe(0);

  await soon(() => expect(card().buttons).toContain('Approve Drain'));
  await chat.press(card(), 'Approve Drain', jonas);
  await page.getByText('succeeded').first().waitFor();
  await page.locator('summary', { hasText: 'Drain' }).click();
  const ended = page.locator('details', { hasText: 'Drain' });
  await ended.getByText('drained because of a <b>leak</b>').waitFor();
  await ended.getByText('asked for by Real U0MAYA000 in Slack, approved by Real U0JONAS00 in Slack').waitFor();
}, 60_000);

test('a run that waits for others is cancelled on the page, and its card waits no more', async () => {
  const { page, chat, card } = await opened('approve: 1', 'echo drained');
  const [maya] = chat.people;
  await chat.press(card(), 'Drain', maya);
  await soon(() => expect(chat.form(maya)).toBeDefined());
  expect(await chat.submit(maya, { reason: 'a leak' })).toEqual({});
  await button(page, 'Cancel').click();
  await page.getByText('before it began').first().waitFor();
  await soon(() => expect(card().buttons).not.toContain('Approve Drain'));
}, 60_000);
