import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiModule } from '#apps/api/api-module.js';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import {
  sidewaysScroll_px,
  startBrowser,
  tabTo,
  unnamedControls,
  type TestBrowser,
} from '#libs/testing/browser.js';
import { unexpectedErrors, visit } from '#libs/testing/portal-visit.js';
import { company, connect, of, type Company } from '#libs/testing/share-steps.js';
import { keyOf, SharingStage } from '#libs/testing/sharing-stage.js';
import { join } from '#libs/testing/sharing-steps.js';

const portalFolder = fileURLToPath(new URL('../../dist/apps/portal', import.meta.url));

describe('the page of an organisation in a browser', () => {
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
  const open = ({ id, who }: Company, width?: number) =>
    visit(browser, stage.world.url, who, `/organisations/${id}`, width);

  it('NB-03, NB-05, NB-08: an administrator invites, changes a role and removes; the last one stays', async () => {
    const ivo = await stage.world.signUp('Ivo');
    await join(stage.ada, stage.volt, ivo, 'technician');
    const tab = await open(volt);
    const { page } = tab;
    const members = page.getByRole('region', { name: 'Members' });
    await members.getByLabel('E-mail of the new member').fill(stage.pia.email);
    await members.getByLabel('As').selectOption({ label: 'Manager' });
    await members.getByRole('button', { name: 'Invite' }).click();
    const invited = members.getByRole('list', { name: 'Invited to join' });
    await invited.getByText(stage.pia.email).waitFor();
    await invited.getByRole('button', { name: `Take back the invitation of ${stage.pia.email}` }).click();
    await invited.waitFor({ state: 'detached' });

    await members.getByLabel('Role of Ivo').selectOption({ label: 'Installer' });
    await page.locator('select[aria-label="Role of Ivo"]:not([disabled])').waitFor();
    await page.reload();
    await expect(members.getByLabel('Role of Ivo').inputValue()).resolves.toBe('installer');
    await members.getByLabel('Role of Ada').selectOption({ label: 'Installer' });
    await expect(members.getByRole('alert').innerText()).resolves.toMatch(/at least one administrator/);

    await members.getByRole('button', { name: 'Remove Ivo' }).click();
    await page.getByRole('button', { name: 'Leave it as it is' }).click();
    await members.getByRole('button', { name: 'Remove Ivo' }).click();
    await page.getByRole('button', { name: 'Yes, remove' }).click();
    await members.getByText(ivo.email).waitFor({ state: 'detached' });
    expect((await ivo.get(of(volt, 'members'))).status).toBe(404);
    expect(unexpectedErrors(tab, 409)).toEqual([]);
  }, 60_000);

  it('NB-06: the key is shown to an administrator, replaced, and to a mere installer not offered', async () => {
    const before = await keyOf(stage.ada, stage.volt);
    const tab = await open(volt);
    const { page } = tab;
    const section = page.getByRole('region', { name: 'Organisation key' });
    await expect(page.getByText(before).count()).resolves.toBe(0);
    await section.getByRole('button', { name: 'Show the key' }).click();
    await section.getByText(before).waitFor();
    await section.getByRole('button', { name: 'Make a new key' }).click();
    await page.getByRole('button', { name: 'Yes, make a new key' }).click();
    await section.getByText('The key before opens nothing any more.').waitFor();
    const key = await keyOf(stage.ada, stage.volt);
    expect(key).not.toBe(before);
    await section.getByText(key).waitFor();

    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await section.getByRole('button', { name: 'Copy' }).click();
    await section.getByText('Copied.').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key);
    expect(unexpectedErrors(tab)).toEqual([]);

    const installer = await stage.world.signUp('Ina');
    await join(stage.ada, stage.volt, installer, 'installer');
    const other = await open({ id: stage.volt, who: installer });
    await other.page.getByRole('list', { name: 'Members' }).getByText('Ada', { exact: true }).waitFor();
    await expect(other.page.getByRole('heading', { level: 2 }).allInnerTexts()).resolves.toEqual(['Members']);
    expect(unexpectedErrors(other)).toEqual([]);
  }, 60_000);

  it('CS-01, CS-04, CS-10: a connection is asked for by key and approved; a share is asked for over it and told', async () => {
    const ohm = await partner('Ohm');
    const asking = await open(ohm);
    const mine = asking.page.getByRole('region', { name: 'Connections' });
    await mine.getByLabel('Key of the other organisation').fill(await keyOf(stage.ada, stage.volt));
    await mine.getByLabel('Name of the connection').fill('With Volt');
    await mine.getByRole('button', { name: 'Ask for a connection' }).click();
    await mine.getByText('not known before they approve').waitFor();

    const answering = await open(volt);
    const theirs = answering.page.getByRole('region', { name: 'Connections' });
    const inbox = answering.page.getByRole('region', { name: 'Inbox' });
    await inbox.getByText('Ohm asks for a connection').waitFor();
    await theirs.getByRole('button', { name: 'Approve the connection With Volt' }).click();
    await theirs.getByText('Active').waitFor();

    await asking.page.reload();
    await mine.getByText('Active').waitFor();
    await mine.getByRole('button', { name: 'Ask for a share over With Volt' }).click();
    await mine.getByLabel('Name of the share').fill('Roofs of the harbour');
    await mine.getByLabel('What you ask for').selectOption('customer');
    await mine.getByRole('button', { name: 'Send the request' }).click();
    const shares = asking.page.getByRole('list', { name: 'Shares' });
    await shares.getByText('Requested').waitFor();
    await shares.getByText('from Volt').waitFor();

    await answering.page.reload();
    await inbox.getByRole('link', { name: /Ohm asks for a share/ }).waitFor();
    await answering.page.getByRole('list', { name: 'Shares' }).getByText('To evaluate').waitFor();
    const marked = inbox.getByRole('button', { name: /^Mark as read: Ohm asks for a share/ });
    await marked.click();
    await marked.waitFor({ state: 'detached' });
    expect(await unnamedControls(answering.page)).toEqual([]);

    await theirs.getByRole('button', { name: 'Close the connection With Volt' }).click();
    await answering.page.getByRole('button', { name: 'Yes, close' }).click();
    await theirs.getByText('Closed').waitFor();
    await answering.page.getByRole('list', { name: 'Shares' }).getByText('Withdrawn').waitFor();
    expect([...unexpectedErrors(asking), ...unexpectedErrors(answering)]).toEqual([]);
  }, 60_000);

  it('a request for a connection is taken back by its requester and rejected by the other', async () => {
    const watt = await partner('Watt');
    const tab = await open(watt);
    const { page } = tab;
    const section = page.getByRole('region', { name: 'Connections' });
    const ask = async (name: string) => {
      await section.getByLabel('Key of the other organisation').fill(await keyOf(stage.ada, stage.volt));
      await section.getByLabel('Name of the connection').fill(name);
      await section.getByRole('button', { name: 'Ask for a connection' }).click();
      await section.getByText('Waits for an answer').waitFor();
    };
    await ask('First try');
    await section.getByRole('button', { name: 'Take back the request First try' }).click();
    await section.getByText('Withdrawn').waitFor();
    await ask('Second try');
    const answering = await open(volt);
    await answering.page.getByRole('button', { name: 'Reject the connection Second try' }).click();
    await answering.page.getByRole('button', { name: 'Yes, reject' }).click();
    await answering.page.getByText('Rejected').waitFor();
    expect([...unexpectedErrors(tab), ...unexpectedErrors(answering)]).toEqual([]);
  }, 60_000);

  it('NB-08: a person creates an organisation and is its administrator; 400 px wide nobody scrolls sideways', async () => {
    const { page } = await visit(browser, stage.world.url, stage.pia, '/organisations', 400);
    await page.getByLabel('Name of a new organisation').fill('Pia and Sons');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('link', { name: /^Pia and Sons Administrator$/ }).click();
    await page.getByRole('heading', { name: 'Pia and Sons' }).waitFor();
    expect(await sidewaysScroll_px(page)).toBe(0);
    await page.getByRole('button', { name: 'Show the key' }).click();
    await connect(await partner('Farad'), volt);
    const other = await open(volt, 400);
    await other.page.getByRole('button', { name: 'Ask for a share over Together' }).first().click();
    await other.page.getByLabel('Name of the share').waitFor();
    expect(await sidewaysScroll_px(other.page)).toBe(0);
    // WCAG 2.1.1: a confirmation is reached and left by the keyboard.
    await tabTo(other.page, /^Close the connection Together$/);
    await other.page.keyboard.press('Enter');
    await other.page.getByRole('dialog').waitFor();
    await other.page.keyboard.press('Escape');
    await other.page.getByRole('dialog').waitFor({ state: 'hidden' });
  }, 60_000);
});
