import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiModule } from '#apps/api/api-module.js';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import { sidewaysScroll_px, startBrowser, unnamedControls, type TestBrowser } from '#libs/testing/browser.js';
import { connect, installHub, offer, registerReseller } from '#libs/testing/company-steps.js';
import { unexpectedErrors, visit } from '#libs/testing/portal-visit.js';
import { ServiceStage } from '#libs/testing/service-stage.js';

const portalFolder = fileURLToPath(new URL('../../dist/apps/portal', import.meta.url));

describe('the services of a dealer’s hubs in a browser', () => {
  let volt: ServiceStage;
  let browser: TestBrowser;

  beforeAll(async () => {
    volt = await ServiceStage.open([
      SharingModule.register(),
      ApiModule.register({ portalFolder, sharing: { mode: 'in-process' } }),
    ]);
    browser = await startBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await volt?.close();
  });

  it('AJ-23, AJ-24, AJ-26, AJ-28, AJ-30, AJ-33, AJ-36: activate, deactivate, resume and stop, each after a confirmation', async () => {
    const { deviceId } = await volt.hub();
    const path = `/organisations/${volt.dealer}`;
    const tab = await visit(browser, volt.stage.world.url, volt.sam, path, 400);
    const { page } = tab;
    await page.getByRole('link', { name: 'Services of the hubs' }).click();
    const state = page.locator('section output');
    const says = (text: string) => state.getByText(text).waitFor();
    await says('Activation required');
    await page.getByRole('button', { name: 'Activate', exact: true }).click();
    await expect(page.getByLabel('Package').locator('option:checked').innerText()).resolves.toMatch(
      /^Watch, .*9\.00 a month$/,
    );
    expect(await sidewaysScroll_px(page)).toBe(0);
    expect(await unnamedControls(page)).toEqual([]);
    const activate = page.getByRole('button', { name: 'Activate Watch on Hub' });
    await activate.click();
    await page.getByRole('button', { name: 'Leave it as it is' }).click();
    expect((await volt.tile(deviceId)).label).toBe('activation-required');
    await activate.click();
    await page.getByRole('button', { name: 'Yes, activate' }).click();
    await says('Activated');

    await page.getByRole('button', { name: 'Deactivate Watch' }).click();
    await page.getByRole('button', { name: 'Yes, deactivate' }).click();
    await says('Services will expire soon');
    // Months are counted in the zone of the reseller (AJ-27).
    await page.getByText(/ends 1 Apr 2031, 00:00/).waitFor();
    await page.getByRole('button', { name: 'Resume Watch' }).click();
    await page.getByRole('button', { name: 'Yes, resume' }).click();
    await says('Activated');
    await page.getByRole('button', { name: 'Stop Watch now' }).click();
    await page.getByRole('dialog').getByText('the SIM with it').waitFor();
    await page.getByRole('button', { name: 'Yes, stop now' }).click();
    await says('Activation required');
    expect((await volt.tile(deviceId)).label).toBe('activation-required');
    expect(unexpectedErrors(tab)).toEqual([]);
  }, 60_000);

  it('AJ-22, AJ-24: of several resellers one is chosen; a hub without a SIM says what to do', async () => {
    const other = await registerReseller(volt.rita, 'Watt Watch');
    await offer(volt.rita, other, { name: 'Guard' });
    await connect(volt.dora, volt.dealer, volt.rita, other);
    await installHub(volt.ivo, volt.dealer);
    const path = `/organisations/${volt.dealer}/services`;
    const tab = await visit(browser, volt.stage.world.url, volt.sam, path);
    const card = tab.page.locator('section.card', { hasText: 'without a SIM of ours' });
    await card.getByRole('button', { name: 'Activate', exact: true }).click();
    await expect(
      card.getByRole('button', { name: 'Activate the service on Hub' }).isDisabled(),
    ).resolves.toBe(true);
    await card.getByLabel('Reseller').selectOption({ label: 'Watt Watch' });
    await card.getByRole('button', { name: 'Activate Guard on Hub' }).click();
    await card.getByRole('button', { name: 'Yes, activate' }).click();
    await expect(card.getByRole('alert').innerText()).resolves.toMatch(/no SIM of ours. Put a SIM in/);
    expect(unexpectedErrors(tab, 409)).toEqual([]);
  }, 60_000);
});
