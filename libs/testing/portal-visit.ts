import type { Page } from 'playwright-core';
import type { Tab, TestBrowser } from './browser.js';
import type { Caller } from './http-world.js';

/** A tab in which this person is signed in to the portal and sees the page at the path. */
export async function visit(
  browser: TestBrowser,
  baseURL: string,
  who: Caller,
  path: string,
  width = 1_280,
): Promise<Tab> {
  const tab = await browser.open({ baseURL, viewport: { width, height: 900 } });
  await signInAt(tab.page, who, path);
  return tab;
}

async function signInAt(page: Page, who: Caller, path: string): Promise<void> {
  await page.goto(path);
  await page.getByLabel('E-mail').fill(who.email);
  await page.getByLabel('Password').fill('correct horse');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

/** What the browser called an error, without the answers that were meant to refuse. @param refusals of these statuses */
export const unexpectedErrors = ({ errors }: Tab, ...refusals: readonly number[]): readonly string[] =>
  errors.filter(
    (error) =>
      !/status of 401 .*\/v1\/me\)$/.test(error) &&
      !refusals.some((status) => error.includes(`status of ${status} `)),
  );
