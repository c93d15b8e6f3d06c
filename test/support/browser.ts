import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

/** Meant for a machine that runs one page and ends: with them, closing a page ends the browser, or its checks are off. */
const NOT_HERE = /^--(single-process|no-zygote|disable-web-security|allow-running-insecure-content|headless)/;

chromium.setGraphicsMode = false; // no page here needs WebGL, and to draw through a graphics card in software takes a third of the time

/** Chromium from the packages, as the tests and the screenshots drive it. Whoever starts it closes it. */
export async function startBrowser(): Promise<Browser> {
  return playwright.launch({
    args: chromium.args.filter((arg) => !NOT_HERE.test(arg)),
    executablePath: await chromium.executablePath(),
    headless: true,
  });
}
