import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { smtpTransport } from '#apps/sharing/mail/smtp-transport.js';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import { startTelemetry, type TelemetryHarness } from '#apps/telemetry/telemetry-harness.js';
import type { DeviceEvent } from '#libs/devices/device-event.js';
import type { DeviceKind } from '#libs/devices/common-state.js';
import { problemOf, SharingStage } from '#libs/testing/sharing-stage.js';
import { handOverReady } from '#libs/testing/checklist-steps.js';
import { handOver, join, share } from '#libs/testing/sharing-steps.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { ApiModule } from './api-module.js';

interface Alert {
  readonly alertId: string;
  readonly type: string;
  readonly state: string;
  readonly deviceId: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly acknowledgedBy: string | null;
  readonly raisedAt: string;
}

const received: Email[] = [];
let refusing = false;
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onMailFrom: (_address, _session, done) => done(refusing ? new Error('come back later') : null),
  onData(stream, _session, done) {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const keep = async (): Promise<void> => {
        received.push(await PostalMime.parse(Buffer.concat(chunks)));
        done();
      };
      void keep();
    });
  },
});
const mailsTo = (address: string): readonly Email[] =>
  received.filter(
    ({ to, subject }) => to?.some((each) => each.address === address) && /My charger/.test(subject ?? ''),
  );

let stage: SharingStage;
let telemetry: TelemetryHarness;
let locationId: string;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  const transport = smtpTransport({ url: `smtp://127.0.0.1:${port}`, from: 'Busbar <busbar@example.test>' });
  stage = await SharingStage.open([
    SharingModule.mailingBy(transport),
    ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } }),
  ]);
  telemetry = await start();
  locationId = await stage.install('Yard');
  await handOverReady(stage.world.database.pool, stage.ada, locationId, stage.pia);
}, 60_000);
afterAll(async () => {
  await telemetry?.stop();
  await stage?.close();
  server.close();
});

const start = (): Promise<TelemetryHarness> =>
  startTelemetry({ bus: stage.world.bus, pool: stage.world.database.pool, clock: stage.clock });

async function register(kind: DeviceKind, place = locationId): Promise<string> {
  const wanted = { kind, identity: `${kind}-${randomUUID().slice(0, 8)}`, name: `My ${kind}` };
  const answer = await stage.ada.post(`/v1/locations/${place}/devices`, wanted);
  return answer.as<{ device: { deviceId: string } }>(201).device.deviceId;
}
function say(
  deviceId: string,
  deviceKind: DeviceKind,
  event: DeviceEvent,
  place = locationId,
): Promise<void> {
  const at = stage.clock.now();
  return stage.world.bus.publish('observations', {
    siteId: place,
    deviceId,
    deviceKind,
    deviceTime: at,
    receivedAt: at,
    event,
  });
}
const status = (deviceId: string, fault: boolean): Promise<void> =>
  say(deviceId, 'charger', {
    type: 'connector-status',
    connector: 1,
    status: fault ? 'Faulted' : 'Available',
    errorCode: fault ? 'GroundFailure' : 'NoError',
  });
const alertsOf = async (deviceId: string, query = ''): Promise<readonly Alert[]> =>
  (await stage.ada.get(`/v1/locations/${locationId}/alerts?deviceId=${deviceId}${query}`)).as<{
    items: Alert[];
  }>(200).items;
const alertIs = (deviceId: string, state: string): Promise<Alert> =>
  waitFor(`an alert that is ${state}`, async () => {
    const [alert] = await alertsOf(deviceId);
    return alert?.state === state ? alert : null;
  });
/** A fault counts after ten seconds, and is over half a minute after it went. */
const pass = (seconds: number): Promise<void> => stage.pass(seconds * 1_000);

describe('alerts', () => {
  it('NB-97: a fault is raised once, mailed to owner and administrators in their languages, and clears by itself', async () => {
    const { ada, pia } = stage;
    (await pia.put('/v1/me/language', { language: 'da' })).as(204);
    expect((await pia.get('/v1/me')).body).toMatchObject({ language: 'da' });
    const charger = await register('charger');
    await status(charger, true);
    await status(charger, true);
    await pass(11);
    const alert = await alertIs(charger, 'open');
    expect(alert).toMatchObject({ type: 'fault', detail: { connector: 1, errorCode: 'GroundFailure' } });
    await waitFor('the mails', () => mailsTo(ada.email).length > 0 && mailsTo(pia.email).length > 0);
    expect(mailsTo(ada.email)[0]?.subject).toBe('Fault: My charger at Yard');
    expect(mailsTo(pia.email)[0]?.subject).toBe('Fejl: My charger, Yard');
    expect(mailsTo(pia.email)[0]?.text).toContain('GroundFailure');

    await status(charger, false);
    await waitFor('the end to be seen', async () => {
      const rows = await stage.rows('SELECT FROM alerts WHERE device_id = $1 AND gone_since IS NOT NULL', [
        charger,
      ]);
      return rows.length === 1;
    });
    await pass(20);
    expect((await alertsOf(charger))[0]?.state).toBe('open');
    await pass(11);
    await alertIs(charger, 'cleared');
    expect(await alertsOf(charger)).toHaveLength(1);
    expect([mailsTo(ada.email), mailsTo(pia.email)].map((mails) => mails.length)).toEqual([1, 1]);
  }, 60_000);

  it('duplicate alarms: what comes and goes within the clearing time stays one alert, and an acknowledged one stays so', async () => {
    const { ada } = stage;
    const charger = await register('charger');
    await status(charger, true);
    await pass(11);
    const { alertId } = await alertIs(charger, 'open');
    const path = `/v1/locations/${locationId}/alerts/${alertId}/acknowledgement`;
    expect((await ada.put(path, undefined)).as<Alert>(200)).toMatchObject({
      state: 'acknowledged',
      acknowledgedBy: ada.personId,
    });
    for (let round = 0; round < 3; round++) {
      await status(charger, false);
      await pass(10);
      await status(charger, true);
      await pass(12);
    }
    const listed = await alertsOf(charger);
    expect(listed.map((each) => [each.alertId, each.state])).toEqual([[alertId, 'acknowledged']]);
    await status(charger, false);
    await pass(1);
    await pass(31);
    expect((await alertIs(charger, 'cleared')).acknowledgedBy).toBe(ada.personId);
  }, 60_000);

  it('alarm that never clears: the alarm of a hub ends with its zone, also when we were away in between', async () => {
    const hub = await register('hub');
    const zone = (sequence: number, category: 'alarm' | 'restore'): DeviceEvent => ({
      type: 'hub-event',
      sequence,
      category,
      code: 'smoke',
      zone: 'kitchen',
      text: 'Smoke',
    });
    await say(hub, 'hub', zone(1, 'alarm'));
    expect(await alertIs(hub, 'open')).toMatchObject({ type: 'hub-alarm', detail: { zone: 'kitchen' } });
    await telemetry.stop();
    telemetry = await start();
    await say(hub, 'hub', zone(2, 'restore'));
    await alertIs(hub, 'cleared');
  }, 60_000);

  it('a restart loses no alert that was on its way: a device that falls silent is told of by the next process', async () => {
    const charger = await register('charger');
    await say(charger, 'charger', { type: 'connected', connectionEpoch: 1, protocol: 'ocpp1.6' });
    await waitFor('the watch', async () => {
      const rows = await stage.rows('SELECT FROM alert_watches WHERE device_id = $1', [charger]);
      return rows.length === 1;
    });
    await telemetry.stop();
    await pass(181);
    telemetry = await start();
    expect(await alertsOf(charger)).toEqual([]);
    await pass(900);
    expect(await alertIs(charger, 'open')).toMatchObject({ type: 'offline' });
    await say(charger, 'charger', { type: 'connected', connectionEpoch: 2, protocol: 'ocpp1.6' });
    await alertIs(charger, 'cleared');
  }, 60_000);

  it('a load balancer near its fuse, and one with a clamp the wrong way round, are told of', async () => {
    const zen = await register('balancer');
    const installed = { mainFuse_A: 20, currentTransformerRatio: 2_000, solarTerminal: false };
    await say(zen, 'balancer', { type: 'balancer-installed', readingInterval_s: null, ...installed });
    const reading = (...current_A: [number, number, number]): Promise<void> =>
      say(zen, 'balancer', {
        type: 'balancer-reading',
        current_A,
        voltage_V: null,
        power_W: null,
        energyImport_Wh: null,
        energyExport_Wh: null,
      });
    for (let minute = 0; minute < 11; minute++) {
      await reading(19.6, -3, 2);
      await pass(60);
    }
    const types = async (state: string) =>
      (await alertsOf(zen, `&state=${state}`)).map(({ type }) => type).toSorted();
    await reading(19.6, -3, 2);
    await waitFor('both', async () => (await types('open')).length === 2);
    expect(await types('open')).toEqual(['fuse-near-limit', 'reversed-transformer']);
    await reading(3, 3, 2);
    await pass(1);
    await pass(61);
    await waitFor('the fuse', async () => (await types('cleared')).includes('fuse-near-limit'));
    expect(await types('open')).toEqual(['reversed-transformer']);
  }, 60_000);

  it('T9, NB-97: who lost the access between the alert and the mail gets nothing, and a new administrator does', async () => {
    const { ada, volt, pia } = stage;
    const [kim, lee] = [await stage.world.signUp('Kim'), await stage.world.signUp('Lee')];
    const membershipId = await join(ada, volt, kim, 'administrator');
    refusing = true;
    const charger = await register('charger');
    await status(charger, true);
    await pass(11);
    await alertIs(charger, 'open');
    await waitFor('a mail to wait for the server', async () => {
      const rows = await stage.rows(
        `SELECT FROM mail_queue WHERE template = 'alert-to-person' AND done_at IS NULL AND attempts > 0 AND recipient = $1`,
        [kim.email],
      );
      return rows.length > 0;
    });
    (await ada.delete(`/v1/organisations/${volt}/members/${membershipId}`)).as(204);
    refusing = false;
    const before = mailsTo(pia.email).length;
    await pass(3_600);
    await waitFor("the owner's mail", () => mailsTo(pia.email).length > before);
    const outcome = await waitFor('the end of the mail', async () => {
      const [row] = await stage.rows(
        `SELECT outcome FROM mail_queue WHERE template = 'alert-to-person' AND recipient = $1 AND done_at IS NOT NULL`,
        [kim.email],
      );
      return row;
    });
    expect(outcome['outcome']).toBe('dropped: not concerned any more');
    expect(mailsTo(kim.email)).toEqual([]);

    await join(ada, volt, lee, 'administrator');
    const second = await register('charger');
    await status(second, true);
    await pass(11);
    await waitFor('the mail to the new administrator', () => mailsTo(lee.email).length === 1);
  }, 60_000);

  it('rules of a location go before those of the organisation, and those before the usual ones', async () => {
    const { ada, pia, volt } = stage;
    const quiet = { enabled: false, after_s: 0, clearAfter_s: 0, threshold_percent: null, mail: false };
    const ofVolt = `/v1/organisations/${volt}/alert-rules/fault`;
    const ofYard = `/v1/locations/${locationId}/alert-rules`;
    const inForce = async (): Promise<unknown> =>
      (await pia.get(ofYard))
        .as<{ items: { type: string; setBy: string }[] }>(200)
        .items.find(({ type }) => type === 'fault')?.setBy;
    expect(await inForce()).toBe('default');
    (await ada.put(ofVolt, quiet)).as(200);
    expect(await inForce()).toBe('organisation');
    const charger = await register('charger');
    await status(charger, true);
    await pass(60);
    expect(await alertsOf(charger)).toEqual([]);
    (await pia.put(`${ofYard}/fault`, { ...quiet, enabled: true })).as(200);
    expect(await inForce()).toBe('location');
    await alertIs(charger, 'open');
    // Switched off, what is open is cleared.
    (await pia.delete(`${ofYard}/fault`)).as(204);
    await alertIs(charger, 'cleared');
    (await ada.delete(ofVolt)).as(204);
    expect((await pia.put(`${ofYard}/no-such-rule`, quiet)).status).toBe(404);
  }, 60_000);

  it('T7, NB-52: a guest sees no alerts, and a new owner none from before', async () => {
    const { pia } = stage;
    const gus = await stage.world.signUp('Gus');
    const nia = await stage.world.signUp('Nia');
    await share(pia, locationId, gus, 'guest');
    expect(problemOf(await gus.get(`/v1/locations/${locationId}/alerts`))).toBe('forbidden');
    await pass(5);
    await handOver(pia, locationId, nia);
    const seen = (await nia.get(`/v1/locations/${locationId}/alerts`)).as<{ items: Alert[] }>(200).items;
    expect(seen).toEqual([]);
    expect(
      (await stage.ada.get(`/v1/locations/${locationId}/alerts`)).as<{ items: Alert[] }>(200).items.length,
    ).toBeGreaterThan(5);
  }, 60_000);
});
