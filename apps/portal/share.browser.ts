import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiModule } from '#apps/api/api-module.js';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import {
  sidewaysScroll_px,
  startBrowser,
  tabTo,
  unnamedControls,
  type Tab,
  type TestBrowser,
} from '#libs/testing/browser.js';
import { unexpectedErrors, visit } from '#libs/testing/portal-visit.js';
import {
  company,
  connect,
  enterBooks,
  grantShare,
  of,
  requestShare,
  shareOf,
  untilShare,
  type Company,
} from '#libs/testing/share-steps.js';
import { sees, SharingStage } from '#libs/testing/sharing-stage.js';

const portalFolder = fileURLToPath(new URL('../../dist/apps/portal', import.meta.url));

describe('a share in a browser', () => {
  let stage: SharingStage;
  let browser: TestBrowser;
  let volt: Company;

  beforeAll(async () => {
    stage = await SharingStage.open([
      SharingModule.register(),
      ApiModule.register({ portalFolder, sharing: { mode: 'in-process' } }),
    ]);
    browser = await startBrowser();
    volt = { id: stage.volt, who: stage.ada };
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  });
  const partner = async (name: string): Promise<Company> => company(await stage.world.signUp(name), name);
  const openShare = ({ id, who }: Company, shareId: string, width?: number): Promise<Tab> =>
    visit(browser, stage.world.url, who, `/organisations/${id}/shares/${shareId}`, width);
  const object = (kind: string, id: string) => ({ kind, id });

  it('CS-11, CS-12, CS-15, CS-16, CS-18, CS-19: from the inbox through selection, role and preview to the confirmation', async () => {
    const ohm = await partner('Ohm');
    const books = await enterBooks(volt, 'Hansen');
    await enterBooks(volt, 'Berg');
    const shareId = await requestShare(ohm, await connect(ohm, volt), 'customer', 'Ohm helps out');
    const tab = await visit(browser, stage.world.url, stage.ada, `/organisations/${volt.id}`);
    const { page } = tab;
    await page
      .getByRole('region', { name: 'Inbox' })
      .getByRole('link', { name: /asks for a share: Ohm helps out/ })
      .click();
    await page.getByRole('button', { name: 'Approve and select' }).click();

    // The whole customer was asked for; one installation of it is given.
    await page.getByRole('list', { name: 'Customers' }).getByText('Berg').waitFor();
    await page.getByLabel('Search by name').fill('hans');
    await page.getByText('Berg').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Look into Hansen' }).click();
    await page.getByRole('button', { name: 'Look into Hansen house' }).click();
    await expect(page.getByRole('button', { name: 'Continue' }).isDisabled()).resolves.toBe(true);
    await page.getByRole('checkbox', { name: /^Hansen 1/ }).click();
    await page.getByText('1 object selected: Hansen 1').waitFor();
    expect(await unnamedControls(page)).toEqual([]);
    await page.getByRole('button', { name: 'Continue' }).click();

    await page.getByLabel('Their work carries our name').waitFor();
    await page.getByRole('radio', { name: /^Installation manager/ }).click();
    await expect(page.getByLabel('Their work carries our name').count()).resolves.toBe(0);
    await page.getByRole('radio', { name: /^Borrower/ }).click();
    await page.getByLabel('Their work carries our name').click();
    await page.getByLabel('Largest current').fill('16');
    expect(await unnamedControls(page)).toEqual([]);
    await page.getByRole('button', { name: 'Check what is shared' }).click();

    const shown = page.getByRole('region', { name: 'Shared: Hansen 1' });
    await shown.getByText(/at most 16 A/).waitFor();
    await page.getByText('Their work carries your name.').waitFor();
    await expect(page.getByText('Hansen 2').count()).resolves.toBe(0);
    expect((await shareOf(ohm, shareId)).status).toBe('approved');
    await page.getByRole('button', { name: 'Confirm and share' }).click();
    await page.getByRole('heading', { name: 'What you share' }).waitFor();
    await untilShare(ohm, shareId, 'available');
    const items = (await ohm.who.get(of(ohm, `shares/${shareId}/items`))).text;
    expect(items).toContain(books.installationIds[0]);
    expect(items).not.toContain(books.installationIds[1]);
    expect((await ohm.who.get(of(ohm, 'grants'))).body).toMatchObject({
      items: [{ role: 'borrower', branded: true }],
    });

    await page.getByRole('button', { name: 'Take Ohm helps out back' }).click();
    await page.getByRole('button', { name: 'Yes, take the share back' }).click();
    await page.getByText('Revoked', { exact: true }).waitFor();
    expect(unexpectedErrors(tab)).toEqual([]);
  }, 60_000);

  it('CS-14: a rejected request is over, and what goes wrong while evaluating says so', async () => {
    const ohm = await partner('Ohm');
    const connectionId = await connect(ohm, volt);
    const shareId = await requestShare(ohm, connectionId, 'location');
    const tab = await openShare(volt, shareId);
    await tab.page.getByRole('button', { name: 'Reject the request' }).click();
    await tab.page.getByRole('button', { name: 'Yes, reject' }).click();
    await tab.page.getByText('Rejected, finally.').waitFor();
    expect(unexpectedErrors(tab)).toEqual([]);

    const second = await requestShare(ohm, connectionId, 'location');
    const late = await openShare(volt, second);
    const approve = late.page.getByRole('button', { name: 'Approve and select' });
    await approve.waitFor();
    (await ohm.who.post(of(ohm, `shares/${second}/withdraw`), undefined)).as(200);
    await approve.click();
    await expect(late.page.getByRole('alert').innerText()).resolves.toMatch(/This step of the share is over/);
    expect(unexpectedErrors(late, 409)).toEqual([]);
  }, 60_000);

  it('CS-39, CS-41, CS-43, CS-45: a location is placed at a customer, the other is left; progress to the end', async () => {
    const ohm = await partner('Ohm');
    const [one, two] = [await enterBooks(volt, 'Lie'), await enterBooks(volt, 'Moen')];
    await enterBooks(ohm, 'Own', 0);
    const shareId = await requestShare(ohm, await connect(ohm, volt), 'location', 'Two places');
    const objects = [object('location', one.locationId), object('location', two.locationId)];
    await grantShare(volt, shareId, { role: 'subcontractor', objects });
    await untilShare(ohm, shareId, 'available');
    const tab = await openShare(ohm, shareId);
    const { page } = tab;
    await page.getByLabel('Take over Moen house').click();
    await page.getByLabel('Your customer for Lie house').selectOption({ label: 'Own' });
    expect(await unnamedControls(page)).toEqual([]);
    await page.getByRole('button', { name: 'Check for duplicates' }).click();
    await page.getByText('4 new, 0 you have already.').waitFor();
    await page.getByRole('button', { name: 'Confirm and take over' }).click();
    await page.getByText('4 of 8 taken over').waitFor();
    await page.getByLabel('Take over Lie house').waitFor({ state: 'detached' });

    await page.getByLabel('Name of the new customer for Moen house').fill('Fresh');
    await page.getByRole('button', { name: 'Check for duplicates' }).click();
    await page.getByRole('button', { name: 'Confirm and take over' }).click();
    await page.getByRole('heading', { name: 'Everything is taken over' }).waitFor();
    await page.getByText('Processed', { exact: true }).waitFor();
    expect((await ohm.who.get(of(ohm, 'customers'))).body).toMatchObject({
      items: [{ name: 'Fresh' }, { name: 'Own' }],
    });
    expect(unexpectedErrors(tab)).toEqual([]);

    // What came once is shown as there already.
    const again = await requestShare(ohm, await connect(ohm, volt), 'installation');
    await grantShare(volt, again, {
      role: 'subcontractor',
      objects: [object('installation', one.installationIds[0] ?? '')],
    });
    await untilShare(ohm, again, 'available');
    const repeated = await openShare(ohm, again);
    await repeated.page.getByLabel('Your location for Lie 1').selectOption({ label: 'Own house' });
    await repeated.page.getByRole('button', { name: 'Check for duplicates' }).click();
    await repeated.page.getByText('0 new, 1 you have already.').waitFor();
    expect(unexpectedErrors(repeated)).toEqual([]);
  }, 60_000);

  it('5C, CS-45: what failed says why, is tried again, and is told another place', async () => {
    const ohm = await partner('Ohm');
    const books = await enterBooks(volt, 'Lund', 1);
    const own = await enterBooks(ohm, 'Own', 0);
    const shareId = await requestShare(ohm, await connect(ohm, volt), 'location');
    await grantShare(volt, shareId, {
      role: 'subcontractor',
      objects: [object('location', books.locationId)],
    });
    await untilShare(ohm, shareId, 'available');
    // Confirmed by a process that died at once, for a customer that is not there.
    await stage.rows(`UPDATE share_objects SET destination = $2 WHERE share_id = $1`, [
      shareId,
      JSON.stringify({ existing: own.locationId }),
    ]);
    await stage.rows(`UPDATE share_items SET state = 'chosen' WHERE share_id = $1`, [shareId]);
    const lease = new Date(stage.clock.now() + 20_000);
    await stage.rows(
      `UPDATE share_requests SET state = 'processing', processing_by = $2, leased_until = $3 WHERE id = $1`,
      [shareId, ohm.who.personId, lease],
    );
    const tab = await openShare(ohm, shareId);
    const { page } = tab;
    await page.getByText('Being taken over: 0 of 3 taken over').waitFor();
    await stage.pass(20_000);
    await page.getByText('The customer for Lund house is no longer there.').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('The customer for Lund house is no longer there.').waitFor();
    await page.getByLabel('Your customer for Lund house').selectOption({ label: 'Own' });
    await page.getByRole('button', { name: 'Check for duplicates' }).click();
    await page.getByRole('button', { name: 'Confirm and take over' }).click();
    await page.getByRole('heading', { name: 'Everything is taken over' }).waitFor();
    expect(await sees(ohm.who, books.locationId)).toBe(true);
    // While the time jumps, rights read before it are too old by the new clock, and a page that asks just then is told so.
    expect(unexpectedErrors(tab, 503)).toEqual([]);
  }, 60_000);

  it('fits a phone, and by keyboard alone an object is selected: 400 px wide nobody scrolls sideways', async () => {
    const ohm = await partner('Ohm');
    await enterBooks(volt, 'Nes');
    const shareId = await requestShare(ohm, await connect(ohm, volt), 'location');
    const { page } = await openShare(volt, shareId, 400);
    await tabTo(page, /^Approve and select$/);
    await page.keyboard.press('Enter');
    await page.getByText('Nes house').waitFor();
    expect(await sidewaysScroll_px(page)).toBe(0);
    await tabTo(page, /^Nes house/);
    await page.keyboard.press('Space');
    await tabTo(page, /^Continue$/);
    await page.keyboard.press('Enter');
    await page.getByLabel('Access ends').waitFor();
    expect(await sidewaysScroll_px(page)).toBe(0);
    await tabTo(page, /^Check what is shared$/);
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Shared: Nes house' }).waitFor();
    expect(await sidewaysScroll_px(page)).toBe(0);
    await tabTo(page, /^Confirm and share$/);
    await page.keyboard.press('Enter');
    await untilShare(ohm, shareId, 'available');
    const taking = await openShare(ohm, shareId, 400);
    await taking.page.getByLabel('Take over Nes house').waitFor();
    expect(await sidewaysScroll_px(taking.page)).toBe(0);
  }, 60_000);
});
