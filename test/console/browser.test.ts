import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startBrowser } from '../support/browser.ts';
import { startConsole, type TestConsole, TOKEN } from './console.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.close());

interface Opened {
  readonly it: TestConsole;
  readonly page: Page;
  readonly id: string;
}

/** A reader in Berlin, signed in by the link, who looks at one incident. */
async function open(how: { readonly phone?: true; readonly script?: false } = {}): Promise<Opened> {
  const it = await startConsole();
  const id = await it.fire('Production API');
  const context = await browser.newContext({
    viewport: how.phone ? { width: 390, height: 844 } : { width: 1440, height: 900 },
    timezoneId: 'Europe/Berlin',
    javaScriptEnabled: how.script ?? true,
  });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(`${it.url}/?token=${encodeURIComponent(TOKEN)}`);
  await page.goto(`${it.url}/incidents/${id}`);
  if (how.script !== false) await page.getByText('Live', { exact: true }).waitFor();
  return { it, page, id };
}

const maya = { platform: 'slack', id: 'U1', name: 'Maya Ortiz' } as const;
let presses = 0;
const press = ({ it, id }: Opened, action: string, inputs?: Record<string, string>) =>
  it.bridge.press({
    id: `p${presses++}`,
    actor: maya,
    incident: id,
    action,
    confirmed: true,
    ...(inputs && { inputs }),
  });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

describe('a live change', () => {
  test('comes by itself, to the card, the list, the timeline and the tab', async () => {
    const opened = await open();
    const { page, it } = opened;
    await press(opened, 'acknowledge');
    await page.getByText('Acknowledged by Maya Ortiz').waitFor();
    await it.fire('Database');
    await page.locator('#list').getByText('Database').waitFor();
    await page.waitForFunction('document.title.startsWith("(1) Production API is down")');
  });

  test('leaves half-typed text, the focus and the caret alone', async () => {
    const opened = await open();
    const { page } = opened;
    await button(page, 'More').click();
    await button(page, 'Add a note').click();
    const note = page.getByRole('textbox', { name: 'Note' });
    await note.fill('half a thought');
    for (const text of ['one', 'two', 'three']) await press(opened, 'note', { text });
    await page.locator('.timeline').getByText('three').waitFor();
    expect(await note.inputValue()).toBe('half a thought');
    expect(await page.evaluate('document.activeElement.name')).toBe('inputs.text');
  });

  test('leaves the open menu open', async () => {
    const opened = await open();
    const { page } = opened;
    await button(page, 'More').click();
    await press(opened, 'note', { text: 'news' });
    await page.locator('.timeline').getByText('news').waitFor();
    expect(await button(page, 'Add a note').isVisible()).toBe(true);
  });

  test('waits while a finger is on the page', async () => {
    const opened = await open();
    const { page } = opened;
    await page.mouse.move(700, 700);
    await page.mouse.down();
    await press(opened, 'note', { text: 'held back' });
    const since = Date.now();
    await expect(page.locator('.timeline').getByText('held back').waitFor({ timeout: 700 })).rejects.toThrow();
    await page.mouse.up();
    await page.locator('.timeline').getByText('held back').waitFor();
    expect(Date.now() - since).toBeGreaterThan(650);
  });

  test('of the buttons under a finger is not what that finger meant', async () => {
    const opened = await open();
    const { page, it, id } = opened;
    const box = await button(page, 'Acknowledge').boundingBox();
    await press(opened, 'acknowledge');
    await button(page, 'Take over').waitFor();
    await page.mouse.click(box!.x + 20, box!.y + 10);
    await page.waitForTimeout(500);
    expect((await it.store.incident(id))?.incident.owner).toEqual(maya);
    await button(page, 'Take over').click();
    await page.getByText('Acknowledged by Console').waitFor();
  });
});

describe('a press', () => {
  test('is answered in its place, and announced', async () => {
    const { page } = await open();
    await button(page, 'Acknowledge').click();
    await page.getByRole('status').getByText('You have it.').waitFor();
    await page.getByText('Acknowledged by Console').waitFor();
  });

  test('is answered in its place even where its change is known first', async () => {
    const { page, it } = await open();
    await page.route('**/actions/acknowledge', async (route) => {
      const response = await route.fetch();
      await it.fire('Database');
      await page.waitForTimeout(1_000); // many times what the live stream needs to tell of both
      await route.fulfill({ response });
    });
    await button(page, 'Acknowledge').click();
    await page.getByRole('status').getByText('You have it.').waitFor();
    await page.locator('#list').getByText('Database').waitFor();
  });

  test('that was refused says who was first and when', async () => {
    const opened = await open();
    const { page, it } = opened;
    await page.route('**/live*', (route) => route.abort());
    await page.reload();
    await press(opened, 'resolve');
    await button(page, 'Acknowledge').click();
    await page.getByRole('status').getByText('Not done.').waitFor();
    expect(await page.getByRole('status').locator('.where').textContent()).toMatch(
      /^Maya Ortiz, Slack, \d\d:\d\d:\d\d$/,
    );
    expect(it.url).toContain('127.0.0.1');
  });

  test('works by keyboard alone, and the keyboard stays in the card', async () => {
    const { page } = await open();
    await button(page, 'Acknowledge').focus();
    await page.keyboard.press('Enter');
    await page.getByText('Acknowledged by Console').waitFor();
    await page.waitForFunction('document.activeElement.closest("#card") !== null');
    await button(page, 'More').focus();
    await page.keyboard.press('Enter');
    expect(await button(page, 'Add a note').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await button(page, 'Add a note').isVisible()).toBe(false);
    expect(await page.evaluate('document.activeElement.id')).toBe('more-button');
  });

  test('works without JavaScript', async () => {
    const { page } = await open({ script: false });
    await button(page, 'Acknowledge').click();
    await page.getByText('Acknowledged by Console').waitFor();
    await button(page, 'More').click();
    await button(page, 'Add a note').click();
    await page.getByRole('textbox', { name: 'Note' }).fill('by form alone');
    await button(page, 'Add').click();
    await page.locator('.timeline').getByText('by form alone').waitFor();
  });

  test('on a phone is a button that a thumb can hit', async () => {
    const { page } = await open({ phone: true });
    for (const one of await page.locator('#card .card > .actions button:visible').all())
      expect((await one.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    expect((await button(page, 'Acknowledge').boundingBox())?.width).toBeGreaterThan(300);
  });
});

test('a stream that broke is said with the time of the last news, and comes back with what was missed', async () => {
  const opened = await open();
  const { page, it } = opened;
  await it.app.close();
  await page.getByText(/^Reconnecting, last update \d\d:\d\d:\d\d$/).waitFor();
  await press(opened, 'acknowledge');
  const port = Number(new URL(it.url).port);
  await it.restart({}, port);
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByText('Acknowledged by Maya Ortiz').waitFor();
});

test('times are the reader’s own', async () => {
  const { page, it, id } = await open();
  const at = (await it.store.incident(id))?.timeline[0]?.at as number;
  const inBerlin = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone: 'Europe/Berlin' }).format(at);
  expect(await page.locator('.timeline time').last().textContent()).toBe(inBerlin);
});

test('marks that pile up on a letter paint over no other line', async () => {
  const { page, it } = await open();
  const state = async (title: string) => {
    await page.goto(`${it.url}/incidents/${await it.fire(title, { title })}`);
    await page.getByText('Live', { exact: true }).waitFor();
    const box = (await page.locator('.state').boundingBox()) as NonNullable<
      Awaited<ReturnType<Locator['boundingBox']>>
    >;
    return page.screenshot({ clip: { ...box, width: 50 } }); // the word, without the age behind it
  };
  const untouched = await state('APIAPI');
  expect(
    await state(
      `APIAPI`.replaceAll('A', `A${'\u0302'.repeat(5_000)}`).replaceAll('P', `P${'\u0323\u0301'.repeat(400)}`),
    ),
  ).toEqual(untouched);
});

test('text of others runs no script and loads nothing', async () => {
  const { page, it } = await open();
  const foreign: string[] = [];
  page.on('request', (request) => new URL(request.url()).origin === it.url || foreign.push(request.url()));
  page.on('dialog', (dialog) => foreign.push(dialog.message()));
  const evil = '<img src="https://evil.example/x" onerror="alert(1)"><script>alert(2)</script>';
  const id = await it.fire(evil, {
    title: evil,
    text: evil,
    brief: evil,
    url: 'javascript:alert(3)',
    labels: { [evil]: evil },
  });
  await page.locator('#list').getByText('<img').first().waitFor();
  await page.goto(`${it.url}/incidents/${id}`);
  await page.getByText('Live', { exact: true }).waitFor();
  expect(foreign).toEqual([]);
  expect(await page.locator('img').count()).toBe(0);
});
