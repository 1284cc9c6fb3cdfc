import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ApiModule } from '#apps/api/api-module.js';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import {
  sidewaysScroll_px,
  startBrowser,
  unnamedControls,
  type Tab,
  type TestBrowser,
} from '#libs/testing/browser.js';
import { pdfText } from '#libs/testing/pdf-text.js';
import {
  enablePortal,
  enterCustomer,
  portalOfCustomer,
  portalOfLocation,
} from '#libs/testing/portal-steps.js';
import { SharingStage } from '#libs/testing/sharing-stage.js';
import { certify, enterInstallation, orderWork } from '#libs/testing/supplier-steps.js';

const portalFolder = fileURLToPath(new URL('../../dist/apps/portal', import.meta.url));

describe('the customer portal in a browser', () => {
  let stage: SharingStage;
  let browser: TestBrowser;
  let locationId: string;
  let customerId: string;

  beforeAll(async () => {
    stage = await SharingStage.open([
      SharingModule.register(),
      ApiModule.register({ portalFolder, sharing: { mode: 'in-process' } }),
    ]);
    browser = await startBrowser();
    locationId = await stage.install('Harbour house');
    const installationId = await enterInstallation(stage, locationId, 'Garage row');
    await enterInstallation(stage, locationId, 'Heat pump');
    const at = new Date(stage.clock.now()).toISOString();
    await orderWork(stage.ada, installationId, 'Yearly service', {
      description: 'All six charging points.',
      state: 'done',
      doneAt: at,
      activities: [{ at, text: 'Tightened the terminals' }],
    });
    await certify(stage.ada, installationId, 'Residual current', { validUntil: '2027-06-30' });
    customerId = await enterCustomer(stage, 'Dora Dwelling', [locationId, await stage.install('Barn')]);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  });
  // Each test has its own allowance of wrong codes.
  beforeEach(() => stage.pass(15 * 60_000));

  const open = (width: number): Promise<Tab> =>
    browser.open({ baseURL: stage.world.url, viewport: { width, height: 800 } });
  const enter = async (page: Page, code: string, token: string): Promise<void> => {
    await page.goto('/customer');
    await page.getByLabel('Code').fill(code);
    await page.getByLabel('Token of the installation').fill(token);
    await page.getByRole('button', { name: 'Open' }).click();
  };
  const signIn = async (page: Page, path: string): Promise<void> => {
    await page.goto(path);
    await page.getByLabel('E-mail').fill(stage.ada.email);
    await page.getByLabel('Password').fill('correct horse');
    await page.getByRole('button', { name: 'Sign in' }).click();
  };
  /** Without what the browser reports of answers that were meant to refuse. */
  const unexpected = ({ errors }: Tab): readonly string[] =>
    errors.filter((error) => !/status of (401|404) .*\/v1\/(customer-portal(\/sign-in)?|me)\)$/.test(error));

  it('CP-05, CP-17: a customer signs in by the code alone, reads the logbook and downloads a PDF', async () => {
    const code = await enablePortal(stage, portalOfCustomer(stage, customerId));
    const tab = await open(1_280);
    const { page } = tab;
    await enter(page, 'ZZZZ-ZZZZ-ZZZZ-ZZZZ', '');
    await expect(page.getByRole('alert').innerText()).resolves.toMatch(/opens nothing/);
    await enter(page, code.toLowerCase(), '');
    await page.getByRole('heading', { name: 'Dora Dwelling' }).waitFor();
    await page.getByRole('heading', { name: 'Barn' }).waitFor();
    await page.getByRole('button', { name: /^Garage row/ }).click();
    const logbook = page.getByRole('list', { name: 'Logbook of Garage row' });
    await logbook.getByText('Tightened the terminals').waitFor();
    await expect(logbook.getByRole('listitem').count()).resolves.toBe(2);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      logbook.getByRole('link', { name: 'Download Residual current as PDF' }).click(),
    ]);
    const text = pdfText(await readFile(await download.path()));
    expect(text).toContain('Certificate: Residual current');
    expect(text.split('\n')[0]).toBe('Volt');
    expect(await unnamedControls(page)).toEqual([]);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Code').waitFor();
    await page.reload();
    await page.getByLabel('Code').waitFor();
    expect(unexpected(tab)).toEqual([]);
  }, 60_000);

  it('CP-09, CP-10, CP-12, CP-13: the supplier narrows a location; the code then takes its installation’s token', async () => {
    const supplier = await open(1_280);
    await signIn(supplier.page, `/locations/${locationId}`);
    const section = supplier.page.getByRole('region', { name: 'Customer portal' });
    await section.getByRole('button', { name: 'Switch on' }).click();
    await section.getByLabel('Only single installations').click();
    const tokens = section.getByLabel('Tokens');
    await tokens.getByText('Heat pump').waitFor();
    const [code, token] = [
      await section.locator('dd code').first().innerText(),
      await tokens.locator('dd code').first().innerText(),
    ];
    expect(await unnamedControls(supplier.page)).toEqual([]);

    const tab = await open(1_280);
    const { page } = tab;
    await enter(page, code, '');
    await page.getByRole('alert').waitFor();
    await enter(page, code, 'ZZZZ-ZZZZ-ZZZZ-ZZZZ');
    await page.getByRole('alert').waitFor();
    await enter(page, code, token);
    await page.getByRole('heading', { name: 'Harbour house' }).waitFor();
    await page.getByRole('button', { name: /^Garage row/ }).waitFor();
    await expect(page.getByText('Heat pump').count()).resolves.toBe(0);

    // A new code ends the one before and whoever is signed in by it.
    await section.getByRole('button', { name: 'Make a new code' }).click();
    await section.getByText(code).waitFor({ state: 'detached' });
    await page.reload();
    await page.getByLabel('Code').waitFor();
    await enter(page, code, token);
    await page.getByRole('alert').waitFor();
    expect(unexpected(tab)).toEqual([]);
    expect(unexpected(supplier)).toEqual([]);
  }, 60_000);

  it('CP-03, CP-04, CP-15: the supplier adds a customer, switches its portal on and off', async () => {
    const tab = await open(1_280);
    const { page } = tab;
    await signIn(page, '/customers');
    await page.getByLabel('Name of the customer').fill('Emil Electric');
    await page.getByLabel('Your number for it').fill('K-17');
    await page.getByRole('button', { name: 'Add customer' }).click();
    await page.getByLabel('Search by name or number').fill('k-17');
    const card = page.getByRole('region', { name: 'Emil Electric' });
    await page.getByRole('region', { name: 'Dora Dwelling' }).waitFor({ state: 'detached' });
    await card.getByRole('button', { name: /^Emil Electric/ }).click();
    await card.getByRole('button', { name: 'Switch on' }).click();
    await card.getByText(`${stage.world.url}/customer`).waitFor();
    const code = await card.locator('code').innerText();
    const customer = await open(390);
    await enter(customer.page, code, '');
    await customer.page.getByText('There is no location here yet.').waitFor();
    await card.getByRole('button', { name: 'Switch off' }).click();
    await card.getByText('Off. Nobody can look in.').waitFor();
    await customer.page.reload();
    await customer.page.getByLabel('Code').waitFor();
    expect(unexpected(tab)).toEqual([]);
  }, 60_000);

  it('fits a phone: 390 px wide and nobody scrolls sideways', async () => {
    const code = await enablePortal(stage, portalOfLocation(stage, locationId));
    const { page } = await open(390);
    await page.goto('/customer');
    await page.getByLabel('Code').waitFor();
    expect(await sidewaysScroll_px(page)).toBe(0);
    await enter(page, code, '');
    await page.getByRole('button', { name: /^Garage row/ }).click();
    await page.getByText('Tightened the terminals').waitFor();
    expect(await sidewaysScroll_px(page)).toBe(0);
    await signIn(page, '/customers');
    await page.getByRole('button', { name: /^Dora Dwelling/ }).click();
    await page.getByRole('region', { name: 'Dora Dwelling' }).getByText('Link').waitFor();
    expect(await sidewaysScroll_px(page)).toBe(0);
  }, 60_000);
});
