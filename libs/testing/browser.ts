import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { waitFor } from './wait-for.js';

/** A tab of a person's own: nothing of another's session is in it. */
export interface Tab {
  readonly page: Page;
  /** What the browser's console called an error, and errors nobody caught. */
  readonly errors: readonly string[];
}

export interface TestBrowser {
  open(options: BrowserContextOptions): Promise<Tab>;
  close(): Promise<void>;
}

/** The machine's own Chromium without a window, without anything that talks to the world. */
export async function startBrowser(): Promise<TestBrowser> {
  const browser: Browser = await chromium.launch({
    executablePath: findChromium(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  return {
    async open(options) {
      const context = await browser.newContext({ locale: 'en-GB', ...options });
      const page = await context.newPage();
      const errors: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(`${message.text()} (${message.location().url})`);
      });
      page.on('pageerror', (error) => errors.push(`not caught: ${error.message}`));
      return { page, errors };
    },
    close: () => browser.close(),
  };
}

function findChromium(): string {
  const found = (process.env['PATH'] ?? '')
    .split(':')
    .flatMap((folder) => [`${folder}/chromium`, `${folder}/chromium-browser`, `${folder}/google-chrome`])
    .find((path) => existsSync(path));
  if (!found) throw new Error('There is no chromium on the PATH; `npm test` installs it on Debian.');
  return found;
}

/** Presses Tab until the element whose name for assistive technology matches has the focus, as a person without a mouse would. */
export async function tabTo(page: Page, name: RegExp): Promise<void> {
  const passed: string[] = [];
  await waitFor(`Tab to reach ${name}`, async () => {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(nameOfFocus);
    passed.push(focused);
    return name.test(focused);
  }).catch((error: Error) => {
    throw new Error(`${error.message}; it passed: ${passed.join(' | ')}`);
  });
}

/** Runs in the page. */
function nameOfFocus(): string {
  const element = document.activeElement as (HTMLElement & { labels?: NodeListOf<HTMLElement> }) | null;
  if (!element) return '';
  const label = element.getAttribute('aria-label') ?? element.labels?.[0]?.innerText ?? element.innerText;
  return label.replaceAll(/\s+/g, ' ').trim();
}

/** Controls that assistive technology could not name: inputs without a label, buttons and links without a text, images without an alternative. */
export async function unnamedControls(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('input, select, textarea, button, a[href], img, [role=img]')]
      .filter((element) => {
        const labels = (element as HTMLInputElement).labels;
        const name = [
          element.getAttribute('aria-label'),
          element.getAttribute('alt'),
          ...[...(labels ?? [])].map((label) => label.innerText),
          ['BUTTON', 'A'].includes(element.tagName) ? element.innerText : '',
        ];
        return name.every((text) => !text?.trim());
      })
      .map((element) => element.outerHTML.slice(0, 120)),
  );
}

/** How far the page is wider than its window, in CSS pixels; 0 means that nobody must scroll sideways. */
export const sidewaysScroll_px = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
