import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiModule } from '#apps/api/api-module.js';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import { sidewaysScroll_px, startBrowser, unnamedControls, type TestBrowser } from '#libs/testing/browser.js';
import { unexpectedErrors, visit } from '#libs/testing/portal-visit.js';
import {
  company,
  connect,
  enterBooks,
  grantShare,
  requestShare,
  takeOver,
} from '#libs/testing/share-steps.js';
import { sees, SharingStage } from '#libs/testing/sharing-stage.js';
import { share } from '#libs/testing/sharing-steps.js';

const portalFolder = fileURLToPath(new URL('../../dist/apps/portal', import.meta.url));

describe('the permissions of a location in a browser', () => {
  let stage: SharingStage;
  let browser: TestBrowser;

  beforeAll(async () => {
    stage = await SharingStage.open([
      SharingModule.register(),
      ApiModule.register({ portalFolder, sharing: { mode: 'in-process' } }),
    ]);
    browser = await startBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  });

  it('NB-12, NB-14, CS-21: the list says by whom, on what, with which limits and until when it can be taken back', async () => {
    const volt = { id: stage.volt, who: stage.ada };
    const ohm = await company(await stage.world.signUp('Ohm'), 'Ohm');
    const { locationId, installationIds } = await enterBooks(volt, 'Hansen');
    const shareId = await requestShare(ohm, await connect(ohm, volt), 'installation');
    await grantShare(volt, shareId, {
      role: 'installation-manager',
      objects: [{ kind: 'installation', id: installationIds[0] }],
      maximumCurrent_A: 16,
      hours: { timeZone: 'Europe/Oslo', ranges: [{ days: [1, 5], from_min: 480, to_min: 1_440 }] },
    });
    // What nobody took over yet can be taken back at any time (CS-22).
    await takeOver(ohm, shareId, [
      { kind: 'installation', id: installationIds[0], into: { create: { name: 'Ohm place' } } },
    ]);
    await share(stage.ada, locationId, stage.pia, 'guest');
    const tab = await visit(browser, stage.world.url, stage.ada, `/locations/${locationId}`, 400);
    const { page } = tab;
    const list = page.getByRole('list', { name: 'Who has access' });
    const line = list.getByRole('listitem').filter({ hasText: 'installation-manager' });
    const text = await line.innerText();
    expect(text).toContain('by Ada of Volt');
    expect(text).toContain('on the installation Hansen 1');
    expect(text).toContain('at most 16 A');
    expect(text).toContain('Mo Fr 08:00 to 24:00');
    expect(text).toMatch(/its granter may take it back until \d/);
    await expect(
      list.getByRole('listitem').filter({ hasText: stage.pia.email }).innerText(),
    ).resolves.not.toMatch(/may take it back/);
    expect(await sidewaysScroll_px(page)).toBe(0);

    // Why: for a person and an action.
    const explain = page.getByRole('region', { name: 'Who may do what, and why' });
    await explain.getByLabel('Person').selectOption({ label: 'Pia' });
    await explain.getByLabel('May they').selectOption({ label: 'start and stop charging' });
    await explain.getByRole('button', { name: 'Explain' }).click();
    await explain.getByText('Yes, Pia may start and stop charging.').waitFor();
    await explain.getByText('as guest').waitFor();
    await explain.getByLabel('May they').selectOption({ label: 'change the electrical configuration' });
    await explain.getByRole('button', { name: 'Explain' }).click();
    await explain.getByText('No, Pia may not change the electrical configuration.').waitFor();
    await expect(explain.locator('output').innerText()).resolves.toMatch(/configuration\. \S+/);
    await explain.getByLabel('Person').selectOption({ label: 'Ada' });
    await explain.getByRole('button', { name: 'Explain' }).click();
    await explain.getByText('as administrator').waitFor();
    expect(await unnamedControls(page)).toEqual([]);
    expect(unexpectedErrors(tab)).toEqual([]);
  }, 60_000);

  it('NB-48, NB-50, NB-51: the ownership is offered in three steps that say what it ends; cancelled, nothing has changed', async () => {
    const locationId = await stage.install('Harbour house');
    const tab = await visit(browser, stage.world.url, stage.ada, `/locations/${locationId}`, 400);
    const { page } = tab;
    const section = page.getByRole('region', { name: 'Ownership' });
    await section.getByLabel('E-mail of the new owner').fill(stage.pia.email);
    await section.getByRole('button', { name: 'Continue' }).click();
    const happens = section.getByRole('list', { name: 'What happens' });
    await happens.getByText('Invitations and codes that wait become void.').waitFor();
    await expect(happens.getByRole('listitem').count()).resolves.toBe(6);
    await section.getByRole('button', { name: 'Continue' }).click();
    const transfer = async () => (await stage.ada.get(`/v1/locations/${locationId}/transfer`)).body;
    expect(await transfer()).toEqual({ transfer: null });
    await section.getByRole('button', { name: 'Offer the ownership' }).click();
    await section.getByText(`Offered to ${stage.pia.email}.`).waitFor();
    expect(await sidewaysScroll_px(page)).toBe(0);
    expect(await transfer()).toMatchObject({ transfer: { email: stage.pia.email } });
    await section.getByRole('button', { name: 'Cancel the offer' }).click();
    await section.getByLabel('E-mail of the new owner').waitFor();
    expect(await transfer()).toEqual({ transfer: null });
    expect(await sees(stage.pia, locationId)).toBe(false);
    expect(unexpectedErrors(tab)).toEqual([]);
  }, 60_000);
});
