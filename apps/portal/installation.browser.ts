import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { CommandRightsModule } from '#apps/all-in-one/command-rights-module.js';
import { ApiModule } from '#apps/api/api-module.js';
import { defaultIngressLimits, plainSecurity } from '#apps/ingress/ingress-config.js';
import { IngressModule } from '#apps/ingress/ingress.module.js';
import { Ingress } from '#apps/ingress/ingress.js';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import { defaultTelemetryConfig } from '#apps/telemetry/telemetry-config.js';
import { TelemetryModule } from '#apps/telemetry/telemetry-module.js';
import { simulate, type SimulatedStation } from '#firmware-sim/charger/testing/simulated-station.js';
import { BusTransport } from '#libs/bus/transport/bus-transport.js';
import { writeClaimText } from '#libs/contracts/claim-text.js';
import { startConsumers } from '#libs/platform/start-consumers.js';
import {
  sidewaysScroll_px,
  startBrowser,
  tabTo,
  unnamedControls,
  type Tab,
  type TestBrowser,
} from '#libs/testing/browser.js';
import { manufacture, type Boxed } from '#libs/testing/factory-steps.js';
import { startHttpWorld, type Caller, type HttpWorld } from '#libs/testing/http-world.js';
import { unexpectedErrors, visit } from '#libs/testing/portal-visit.js';
import { organise } from '#libs/testing/sharing-stage.js';
import { join, share } from '#libs/testing/sharing-steps.js';
import { waitFor } from '#libs/testing/wait-for.js';

const portalFolder = fileURLToPath(new URL('../../dist/apps/portal', import.meta.url));
const patience_ms = 15_000;

/** Ina works for Volt, which installs a house; each step builds on the one before. */
describe('an installation in a browser', () => {
  let world: HttpWorld;
  let browser: TestBrowser;
  let ina: Caller;
  let volt: string;
  let locationId: string;
  let boxes: { readonly charger: Boxed; readonly spare: Boxed };
  let deviceId: string;
  let station: SimulatedStation;
  const stations: SimulatedStation[] = [];

  beforeAll(async () => {
    world = await startHttpWorld(
      [
        SharingModule.register(),
        ApiModule.register({ portalFolder, sharing: { mode: 'in-process' } }),
        TelemetryModule.register(defaultTelemetryConfig),
        { module: CommandRightsModule, global: true },
        IngressModule.register({
          host: '127.0.0.1',
          ocppPort: 0,
          mqttHost: '127.0.0.1',
          mqttPort: 0,
          instance: 'installation',
          quirksFile: null,
          security: plainSecurity,
          limits: { ...defaultIngressLimits, sweepInterval_ms: 50 },
        }),
      ],
      { attemptsPerMinute: 1_000, authEndpoint: 'here' },
    );
    await startConsumers(world.app, new BusTransport(world.bus));
    const operator = await world.signUpOperator();
    boxes = {
      charger: await manufacture(operator, 'charger'),
      spare: await manufacture(operator, 'charger'),
    };
    ina = await world.signUp('Ina');
    volt = await organise(ina, 'Volt');
    const body = { name: 'Harbour house', timeZone: 'Europe/Oslo', organisationId: volt };
    ({ locationId } = (await ina.post('/v1/locations', body)).as<{ locationId: string }>(201));
    browser = await startBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await Promise.all(stations.map((each) => each.stop()));
    await world?.close();
  });

  const open = (who: Caller, tab: string, width = 1_280): Promise<Tab> =>
    visit(browser, world.url, who, `/locations/${locationId}${tab}`, width);
  const powerOn = (box: Boxed): void => {
    station = simulate('ocpp1.6', world.app.get(Ingress).ocppPort, {
      identity: box.serial,
      secret: box.bootstrapSecret,
    });
    stations.push(station);
  };
  const shows = (place: Locator | Page, text: string | RegExp): Promise<void> =>
    place.getByText(text).first().waitFor({ timeout: patience_ms });
  const fitsAndIsNamed = async (page: Page): Promise<void> => {
    expect(await sidewaysScroll_px(page)).toBe(0);
    expect(await unnamedControls(page)).toEqual([]);
  };

  it('NB-70, NB-73: a device is added by its sticker; a wrong PIN and a foreign code say what to do', async () => {
    const tab = await open(ina, '', 400);
    const { page } = tab;
    await page.getByRole('link', { name: 'Installation' }).click();
    await shows(page, 'No device is here yet.');
    await page.getByLabel('Serial', { exact: true }).fill(boxes.charger.serial);
    await page.getByLabel('PIN', { exact: true }).fill('000000');
    await page.getByLabel('Name here').fill('Garage');
    await page.getByRole('button', { name: 'Add device' }).click();
    await shows(page.getByRole('alert'), /do not belong together. Read both from the sticker again/);
    await page.getByRole('button', { name: 'Text of the QR code' }).click();
    await page.getByLabel('QR code', { exact: true }).fill('https://busbar.example/claim');
    await page.getByRole('button', { name: 'Add device' }).click();
    await shows(page.getByRole('alert'), /not the QR code of a device/);
    await page.getByLabel('QR code', { exact: true }).fill(writeClaimText(boxes.charger));
    // The rest without a mouse.
    await tabTo(page, /^Name here$/);
    await tabTo(page, /^Add device$/);
    await page.keyboard.press('Enter');
    const card = page.getByRole('region', { name: 'Garage' });
    await shows(card, 'Not connected yet');
    await shows(card, boxes.charger.serial);
    await fitsAndIsNamed(page);

    const { items } = (await ina.get(`/v1/locations/${locationId}/devices`)).as<{
      items: { deviceId: string; identity: string; name: string }[];
    }>(200);
    expect(items).toMatchObject([{ identity: boxes.charger.serial, name: 'Garage' }]);
    deviceId = items[0]?.deviceId ?? '';
    powerOn(boxes.charger);
    await card.getByText('Online', { exact: true }).waitFor({ timeout: patience_ms });
    expect(unexpectedErrors(tab, 422)).toEqual([]);
  }, 60_000);

  it('NB-61: what is open is said in words; ticks carry notes and can be taken back', async () => {
    const tab = await open(ina, '/installation');
    const { page } = tab;
    const told = page.getByRole('region', { name: 'Before the hand-over' }).getByRole('status');
    await shows(told, 'The location: nobody has checked the network.');
    await shows(told, 'The location: the fuses are not entered.');
    await shows(told, 'Garage: nobody has checked the phase rotation.');
    await page.getByLabel('Note on Phase rotation of Garage').fill('Rotating field measured');
    await page.getByRole('button', { name: 'Tick Phase rotation of Garage' }).click();
    const items = page.getByRole('list', { name: 'Checklist of Garage' });
    await shows(items, 'Rotating field measured');
    await shows(items, /^Ticked by Ina, /);
    await page.getByRole('button', { name: 'Tick Network of Harbour house' }).click();
    await waitFor('the network to be done', async () => !(await told.innerText()).includes('network'));
    expect(await told.innerText()).not.toContain('phase rotation');
    await page.getByRole('button', { name: 'Open again: Network of Harbour house' }).click();
    await shows(told, 'The location: nobody has checked the network.');
    const { body } = await ina.get(`/v1/locations/${locationId}/checklist`);
    expect(body).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ item: 'network', done: false })]),
      devices: [
        {
          items: expect.arrayContaining([
            expect.objectContaining({ item: 'phase-rotation', done: true, note: 'Rotating field measured' }),
          ]),
        },
      ],
    });
    await fitsAndIsNamed(page);
    expect(unexpectedErrors(tab)).toEqual([]);
  }, 60_000);

  it('NB-74: a residual-current test asks first, and shows that it failed and then passed', async () => {
    const tab = await open(ina, '/installation');
    const { page } = tab;
    station.charger.breakResidualCurrentDevice(1, true);
    const line = page
      .getByRole('list', { name: 'Residual-current tests of Garage' })
      .getByRole('listitem')
      .filter({ hasText: 'Connector 1' });
    await line.getByText('Not tested yet').waitFor();
    const test = async () => {
      await page.getByRole('button', { name: 'Test connector 1 of Garage' }).click();
      await page.getByRole('button', { name: 'Yes, test' }).click();
    };
    await test();
    await line.getByText('Failed', { exact: true }).waitFor({ timeout: patience_ms });
    await shows(line, /did not open at 30 mA/);
    station.charger.breakResidualCurrentDevice(1, false);
    await test();
    await line.getByText('Passed', { exact: true }).waitFor({ timeout: patience_ms });
    await shows(line, /opened after 24 ms at 30 mA/);
    // Nothing is wired yet, so the one connector tested is all there is to it.
    await page
      .getByRole('list', { name: 'Checklist of Garage' })
      .getByRole('listitem')
      .filter({ hasText: 'Residual-current test' })
      .getByText('Done; seen by Busbar itself.')
      .waitFor({ timeout: patience_ms });
    expect(unexpectedErrors(tab)).toEqual([]);
  }, 60_000);

  it('NB-71, NB-86: settings say what is wished and what the device does; who was overtaken is told', async () => {
    const tab = await open(ina, '', 400);
    const { page } = tab;
    await page.getByRole('button', { name: /^Garage/ }).click();
    const form = page.getByRole('form', { name: 'Settings' });
    const setting = (label: string): Locator =>
      form.getByRole('listitem').filter({ has: page.getByLabel(label) });
    const says = (label: string, text: string): Promise<void> =>
      setting(label).getByText(text).waitFor({ timeout: patience_ms });
    const save = () => form.getByRole('button', { name: 'Save settings' }).click();
    await form.getByLabel('Maximum current').fill('10');
    await form.getByLabel('Brightness').fill('0');
    await form.getByLabel('Cable lock').selectOption('Always');
    await save();
    for (const [label, text] of [
      ['Maximum current', 'wished: 10 A · the device: 10 A'],
      ['Brightness', 'wished: 0 % · the device: 0 %'],
      ['Cable lock', 'wished: Always · the device: Always'],
    ] as const) {
      await says(label, text);
      await says(label, 'As wished');
    }
    expect(station.charger.configuration.value('LightIntensity')).toBe('0');

    // Somebody else wishes while Ina types.
    await form.getByLabel('Maximum current').fill('12');
    const path = `/v1/devices/${deviceId}/twin`;
    const wish = (who: Caller, settings: object) =>
      who.send('PATCH', path, { settings }, { 'if-match': '*' });
    const desired = async () => (await ina.get(path)).as<{ desired: object }>(200).desired;
    (await wish(ina, { maxCurrent_A: 8 })).as(200);
    await save();
    await shows(form.getByRole('alert'), /^Somebody else was faster/);
    expect(await desired()).toMatchObject({ maxCurrent_A: 8 });
    await says('Maximum current', 'wished: 8 A');
    await fitsAndIsNamed(page);
    await save();
    await says('Maximum current', 'wished: 12 A');
    expect(await form.getByRole('alert').count()).toBe(0);
    expect(await desired()).toMatchObject({ maxCurrent_A: 12 });

    // Ivo is let go before the charger could take what he wished.
    const ivo = await world.signUp('Ivo');
    const membershipId = await join(ina, volt, ivo, 'installer');
    await station.charger.loseNetwork(2_000);
    await waitFor('the charger to be gone', () => !station.charger.online);
    (await wish(ivo, { brightness_percent: 40 })).as(200);
    (await ina.delete(`/v1/organisations/${volt}/members/${membershipId}`)).as(204);
    await setting('Brightness')
      .getByText('Not sent: the right to wish it has ended')
      .waitFor({ timeout: 3 * patience_ms });
    expect(unexpectedErrors(tab, 412)).toEqual([]);
  }, 90_000);

  it('NB-97: an alert is open, somebody takes it on, and it is over', async () => {
    const rule = { enabled: true, after_s: 0, clearAfter_s: 0, threshold_percent: null, mail: false };
    (await ina.put(`/v1/locations/${locationId}/alert-rules/fault`, rule)).as(200);
    const tab = await open(ina, '/alerts', 400);
    const { page } = tab;
    await shows(page, 'Nothing is wrong.');
    station.charger.setFault(1, 'GroundFailure');
    const now = page.getByRole('list', { name: 'Alerts now' });
    await shows(now, 'Fault: Garage');
    await shows(now, /^connector 1 · GroundFailure · since /);
    await fitsAndIsNamed(page);
    await page.getByRole('button', { name: 'Acknowledge fault of Garage' }).click();
    await shows(now, 'Somebody sees to it');
    const { body } = await ina.get(`/v1/locations/${locationId}/alerts?state=acknowledged`);
    expect(body).toMatchObject({ items: [{ deviceId, type: 'fault', acknowledgedBy: ina.personId }] });
    station.charger.setFault(1, null);
    await shows(page.getByRole('list', { name: 'Past alerts' }), 'Fault: Garage');
    expect(await now.getByRole('listitem').count()).toBe(0);
    expect(unexpectedErrors(tab)).toEqual([]);
  }, 60_000);

  it('NB-90, NB-91: sessions tell who charged and what it cost, are summed up, and come as files', async () => {
    const hour_ms = 3_600_000;
    const start = Math.floor(Date.now() / hour_ms) * hour_ms - 2 * hour_ms;
    const at = (hours: number): string => new Date(start + hours * hour_ms).toISOString();
    const slot = { from: at(0), until: at(1), perKWh: 0.25 };
    (await ina.put(`/v1/locations/${locationId}/prices`, { currency: 'EUR', slots: [slot] })).as(200);
    const { pool } = world.database;
    await pool.query(`INSERT INTO id_tokens (location_id, token, label) VALUES ($1, 'CARD', 'Blue car')`, [
      locationId,
    ]);
    for (const [token, from, to] of [
      ['CARD', 0, 1],
      ['4711', -24 * 70, -24 * 70 + 1],
    ] as const)
      await pool.query(
        `INSERT INTO charging_transactions (location_id, device_id, connector, id_token, started_at, start_received_at,
           meter_start_wh, ended_at, end_received_at, meter_stop_wh, stop_reason)
         VALUES ($1, $2, 1, $3, $4, $4, 1000, $5, $5, 5000, 'Local')`,
        [locationId, deviceId, token, at(from), at(to)],
      );
    const tab = await open(ina, '/sessions');
    const { page } = tab;
    await page.getByLabel('First day').fill(at(-24 * 71).slice(0, 10));
    await page.getByLabel('Last day').fill(new Date().toISOString().slice(0, 10));
    const sums = page.getByRole('region', { name: 'Sessions that began in this time' });
    await shows(sums, '8.00 kWh');
    await shows(sums, /^The cost of one session is not known/);
    const priced = page.getByRole('row').filter({ hasText: 'Blue car' });
    await expect(priced.innerText()).resolves.toMatch(/4\.00 kWh\s+EUR\s1\.00\s+Garage/);
    await expect(page.getByRole('row').filter({ hasText: '4711' }).innerText()).resolves.toMatch(/not known/);

    await page.getByRole('button', { name: 'CSV' }).click();
    const link = page.getByRole('link', { name: 'Download the CSV with 2 sessions' });
    await link.waitFor({ timeout: patience_ms });
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    expect(download.suggestedFilename()).toMatch(/^charging-sessions-.+\.csv$/);
    expect(await readFile(await download.path(), 'utf8')).toContain('Blue car');
    await page.getByRole('button', { name: 'Excel workbook' }).click();
    const workbook = page.getByRole('link', { name: 'Download the Excel workbook with 2 sessions' });
    await workbook.waitFor({ timeout: patience_ms });
    await fitsAndIsNamed(page);
    // A shorter time is another file, and leaves out what began before it.
    await page.getByLabel('First day').fill(at(-24 * 3).slice(0, 10));
    await waitFor('the short time', async () => (await page.getByText('4711').count()) === 0);
    await workbook.waitFor({ state: 'detached' });
    expect(unexpectedErrors(tab)).toEqual([]);
  }, 60_000);

  it('NB-73: new hardware takes the place of a broken device; a guest sees nothing of all that', async () => {
    const tab = await open(ina, '/installation', 400);
    const { page } = tab;
    await page.getByRole('button', { name: 'Replace Garage' }).click();
    const form = page.getByRole('region', { name: 'Replacement of Garage' });
    await form.getByLabel('Serial', { exact: true }).fill(boxes.spare.serial);
    await form.getByLabel('PIN', { exact: true }).fill(boxes.spare.pin);
    await fitsAndIsNamed(page);
    await form.getByRole('button', { name: 'Replace', exact: true }).click();
    await shows(page.getByRole('region', { name: 'Garage' }), boxes.spare.serial);
    await shows(page.getByRole('status'), 'Garage: nobody has checked the phase rotation.');
    expect((await ina.get(`/v1/devices/${deviceId}`)).body).toMatchObject({ identity: boxes.spare.serial });
    expect(unexpectedErrors(tab)).toEqual([]);

    const gil = await world.signUp('Gil');
    await share(ina, locationId, gil, 'guest');
    const guest = await open(gil, '/installation');
    await guest.page.getByRole('heading', { name: 'Chargers' }).waitFor();
    expect(await guest.page.getByRole('link', { name: 'Installation' }).count()).toBe(0);
    expect(await guest.page.getByRole('button', { name: 'Add device' }).count()).toBe(0);
    expect(unexpectedErrors(guest)).toEqual([]);
  }, 60_000);
});
