import 'reflect-metadata';
import { createHash, createSign, randomUUID, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { Registry } from 'prom-client';
import { defaultIngressLimits, plainSecurity } from '#apps/ingress/ingress-config.js';
import { startIngress, type IngressHarness } from '#apps/ingress/ingress-harness.js';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import { defaultTelemetryConfig } from '#apps/telemetry/telemetry-config.js';
import { TelemetryModule } from '#apps/telemetry/telemetry-module.js';
import { firmwareFile } from '#firmware-sim/charger/services/firmware-file.js';
import { quickCar } from '#firmware-sim/charger/testing/charger-bench.js';
import { simulate, type SimulatedStation } from '#firmware-sim/charger/testing/simulated-station.js';
import { TestAuthority } from '#firmware-sim/charger/testing/test-authority.js';
import { BusTransport } from '#libs/bus/transport/bus-transport.js';
import { createLogger } from '#libs/platform/logger.js';
import { PlatformModule } from '#libs/platform/platform-module.js';
import { systemClock } from '#libs/platform/system-clock.js';
import { acceptIdToken } from '#libs/store/id-tokens.js';
import { startHttpWorld, type Caller, type HttpWorld } from '#libs/testing/http-world.js';
import { problemOf } from '#libs/testing/sharing-stage.js';
import { join } from '#libs/testing/sharing-steps.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { ApiModule } from '../api-module.js';
import { CampaignRound } from './campaign-round.js';
import { CampaignWorker } from './campaign-worker.js';

@Module({})
class TelemetryRoot {}

interface CampaignView {
  readonly campaignId: string;
  readonly state: string;
  readonly counts: Readonly<Record<string, number>>;
}
interface DeviceView {
  readonly deviceId: string;
  readonly state: string;
  readonly reason: string | null;
  readonly attempt: number;
  readonly interruptions: number;
  readonly commandId: string | null;
}
interface ImageView {
  readonly imageId: string;
  readonly url: string;
  readonly sha256: string | null;
  readonly complete: boolean;
}
type Device = { readonly deviceId: string; readonly identity: string; readonly secret: string };

let world: HttpWorld;
let edge: IngressHarness;
let telemetry: { close(): Promise<void> };
let ada: Caller;
let organisationId: string;
let locationId: string;
const stations: SimulatedStation[] = [];
/** Takes the place of the product's own worker once a test has ended that. */
let successor: CampaignWorker | null = null;
const silent = createLogger({ name: 'test', level: 'silent', file: null });

beforeAll(async () => {
  world = await startHttpWorld(
    [SharingModule.register(), ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } })],
    { attemptsPerMinute: 1_000, authEndpoint: 'here' },
  );
  const { bus, database } = world;
  const platform = { bus, pool: database.pool, clock: systemClock, logger: silent, metrics: new Registry() };
  const service = await NestFactory.createMicroservice<MicroserviceOptions>(
    {
      module: TelemetryRoot,
      imports: [PlatformModule.of(platform), TelemetryModule.register(defaultTelemetryConfig)],
    },
    { strategy: new BusTransport(bus), logger: false },
  );
  await service.listen();
  telemetry = service;
  edge = await startIngress({
    bus,
    pool: database.pool,
    limits: defaultIngressLimits,
    ocppPort: 0,
    security: plainSecurity,
    stillAllowed: () => true,
  });
  ada = await world.signUp('Ada');
  organisationId = (await ada.post('/v1/organisations', { name: 'Volt' })).as<{ organisationId: string }>(
    201,
  ).organisationId;
  const location = { name: 'Yard', timeZone: 'Europe/Oslo', organisationId };
  locationId = (await ada.post('/v1/locations', location)).as<{ locationId: string }>(201).locationId;
  await acceptIdToken(database.pool, locationId, 'CARD');
}, 60_000);
afterAll(async () => {
  await Promise.all(stations.map((station) => station.stop()));
  await successor?.onApplicationShutdown();
  await edge?.stop();
  await telemetry?.close();
  await world?.close();
});

const books = (): string => `/v1/organisations/${organisationId}`;

async function register(): Promise<Device> {
  const identity = `charger-${randomUUID().slice(0, 8)}`;
  const wanted = { kind: 'charger', identity, name: identity };
  const answer = await ada.post(`/v1/locations/${locationId}/devices`, wanted);
  const { device, secret } = answer.as<{ device: { deviceId: string }; secret: string }>(201);
  return { deviceId: device.deviceId, identity, secret };
}

function plug(protocol: 'ocpp1.6' | 'ocpp2.0.1', device: Device): SimulatedStation {
  const station = simulate(protocol, edge.ocppPort, device);
  stations.push(station);
  return station;
}

async function uploadBytes(imageId: string, bytes: Buffer): Promise<Response> {
  return fetch(`${world.url}${books()}/firmware-images/${imageId}/content`, {
    method: 'PUT',
    headers: { ...ada.authorization, origin: world.url, 'content-type': 'application/octet-stream' },
    body: new Uint8Array(bytes),
  });
}

const unsigned = { kind: 'charger', vendor: null, model: null, reference: null, signed: null };

async function upload(version: string, bytes: Buffer): Promise<ImageView> {
  const named = await ada.post(`${books()}/firmware-images`, { ...unsigned, version });
  const { imageId } = named.as<ImageView>(201);
  const answer = await uploadBytes(imageId, bytes);
  expect(answer.status).toBe(200);
  return (await answer.json()) as ImageView;
}

const plain = { stages: [], atOnce: 5, abortShare_percent: 50, retries: 0, retryPause_s: 0 };

async function campaign(
  by: Caller,
  image: ImageView,
  devices: readonly Device[],
  rules: object,
): Promise<string> {
  const body = {
    name: 'New firmware',
    imageId: image.imageId,
    deviceIds: devices.map(({ deviceId }) => deviceId),
    rules: { ...plain, ...rules },
  };
  const { campaignId } = (await by.post(`${books()}/firmware-campaigns`, body)).as<CampaignView>(201);
  await order(by, campaignId, 'start');
  return campaignId;
}
const order = async (by: Caller, campaignId: string, what: string): Promise<CampaignView> =>
  (await by.post(`${books()}/firmware-campaigns/${campaignId}/transitions`, { order: what })).as(200);
const read = async (campaignId: string): Promise<CampaignView> =>
  (await ada.get(`${books()}/firmware-campaigns/${campaignId}`)).as(200);
const progress = async (campaignId: string): Promise<readonly DeviceView[]> =>
  (await ada.get(`${books()}/firmware-campaigns/${campaignId}/devices`)).as<{ items: DeviceView[] }>(200)
    .items;
const reaches = (campaignId: string, state: string): Promise<CampaignView> =>
  waitFor(
    `the campaign to be ${state}`,
    async () => {
      const view = await read(campaignId);
      return view.state === state ? view : null;
    },
    30_000,
  );
const deviceReaches = (campaignId: string, deviceId: string, state: string): Promise<DeviceView> =>
  waitFor(
    `the device to be ${state}`,
    async () =>
      (await progress(campaignId)).find((each) => each.deviceId === deviceId && each.state === state),
    30_000,
  );

describe('firmware campaigns over real sockets', () => {
  it('OCPP 1.6 5.19, OCPP 2.0.1 L02: chargers of both editions fetch the image from us and end with the promised version', async () => {
    const devices = [await register(), await register()];
    const [first, second] = [plug('ocpp1.6', devices[0]!), plug('ocpp2.0.1', devices[1]!)];
    const image = await upload('2.0.0', firmwareFile('2.0.0'));
    const campaignId = await campaign(ada, image, devices, {
      stages: [{ kind: 'count', devices: 1 }],
    });
    const view = await reaches(campaignId, 'completed');
    expect(view.counts).toMatchObject({ done: 2, failed: 0, skipped: 0 });
    expect([first, second].map(({ charger }) => charger.station.firmwareVersion)).toEqual(['2.0.0', '2.0.0']);
    // The canary was through before the second was asked.
    expect(second.requestsOf('UpdateFirmware')).toHaveLength(1);
    const { rows } = await world.database.pool.query<{ at: Date; version: string }>(
      `SELECT received_at AS at, detail->>'firmwareVersion' AS version FROM device_events
        WHERE type = 'booted' AND device_id = $1 ORDER BY id DESC LIMIT 1`,
      [devices[0]!.deviceId],
    );
    const { rows: given } = await world.database.pool.query<{ at: Date }>(
      `SELECT enqueued_at AS at FROM commands WHERE device_id = $1`,
      [devices[1]!.deviceId],
    );
    expect(rows[0]?.version).toBe('2.0.0');
    expect(given[0]!.at.getTime()).toBeGreaterThan(rows[0]!.at.getTime());
    // Who has it already is left alone.
    const again = await campaign(ada, image, devices, {});
    expect((await reaches(again, 'completed')).counts).toMatchObject({ skipped: 2 });
    expect((await progress(again)).map(({ reason }) => reason)).toEqual(['already-there', 'already-there']);
    expect(second.requestsOf('UpdateFirmware')).toHaveLength(1);
  }, 90_000);

  it.each(['ocpp1.6', 'ocpp2.0.1'] as const)(
    'OTA not resumed: a charger (%s) that restarts in the middle is offered the image again and gets there',
    async (protocol) => {
      const device = await register();
      const station = plug(protocol, device);
      await waitFor('the charger', () => station.charger.station.online);
      // With a car that charges, the image is fetched and the installation waits.
      station.charger.plugIn(1, quickCar, 'CARD');
      await waitFor('the session', () => station.charger.station.connectors[0]?.transaction);
      const image = await upload('3.0.0', firmwareFile('3.0.0'));
      const campaignId = await campaign(ada, image, [device], {});
      await deviceReaches(campaignId, device.deviceId, 'downloaded');
      await station.charger.station.wire.reboot('PowerUp');
      const interrupted = await waitFor(
        'the image to be offered again',
        async () =>
          (await progress(campaignId)).find((each) => each.interruptions === 1 && each.attempt === 1),
        30_000,
      );
      expect(interrupted.reason).not.toBe('declined');
      station.charger.unplug(1);
      const view = await reaches(campaignId, 'completed');
      expect(view.counts).toMatchObject({ done: 1 });
      expect(station.charger.station.firmwareVersion).toBe('3.0.0');
      expect(station.requestsOf('UpdateFirmware')).toHaveLength(2);
    },
    90_000,
  );

  it('OTA not resumed: a process of ours that died between offer and note offers the image once, and the next goes on', async () => {
    const device = await register();
    const image = await upload('4.0.0', firmwareFile('4.0.0'));
    const campaignId = await campaign(ada, image, [device], {});
    const { pool } = world.database;
    await world.app.get(CampaignWorker).onApplicationShutdown();
    const station = plug('ocpp2.0.1', device);
    await waitFor('the boot to be known', async () => {
      const { rowCount } = await pool.query(
        `SELECT FROM device_states WHERE device_id = $1 AND state->'product' <> 'null'`,
        [device.deviceId],
      );
      return rowCount === 1;
    });
    const round = world.app.get(CampaignRound);
    await round.play(campaignId, systemClock.now());
    const { rows } = await pool.query<{ requestId: number }>(
      `UPDATE firmware_campaign_devices SET state = 'waiting', attempt = 0, next_request_id = request_id,
              request_id = NULL, command_id = NULL
        WHERE campaign_id = $1 RETURNING next_request_id AS "requestId"`,
      [campaignId],
    );
    expect(rows[0]?.requestId).toBeGreaterThan(0);
    successor = new CampaignWorker(pool, systemClock, silent, round);
    successor.onApplicationBootstrap();
    await reaches(campaignId, 'completed');
    expect(station.requestsOf('UpdateFirmware')).toHaveLength(1);
    expect((await progress(campaignId))[0]).toMatchObject({ state: 'done', attempt: 1 });
  }, 90_000);

  it('a broken image halts the campaign at the threshold; the devices behind it keep what they have', async () => {
    const devices = [await register(), await register(), await register(), await register()];
    const plugged = devices.map((device, index) => plug(index % 2 === 0 ? 'ocpp1.6' : 'ocpp2.0.1', device));
    const image = await upload('5.0.0', Buffer.from('this is no firmware'));
    const campaignId = await campaign(ada, image, devices, {
      stages: [{ kind: 'share', percent: 50 }],
      abortShare_percent: 100,
    });
    const view = await reaches(campaignId, 'halted');
    expect(view.counts).toMatchObject({ failed: 2, waiting: 2 });
    expect((await progress(campaignId)).map(({ reason }) => reason)).toEqual([
      'installation-failed',
      'installation-failed',
      null,
      null,
    ]);
    expect(plugged.slice(2).flatMap((station) => station.requestsOf('UpdateFirmware'))).toEqual([]);
    // Somebody looked at it: it goes on, and halts again when more fail.
    await order(ada, campaignId, 'resume');
    await reaches(campaignId, 'completed');
    expect(plugged.map(({ charger }) => charger.station.firmwareVersion)).toEqual(Array(4).fill('1.0.0'));
    expect(
      problemOf(
        await ada.post(`${books()}/firmware-campaigns/${campaignId}/transitions`, { order: 'start' }),
      ),
    ).toBe('campaign-step-over');
  }, 90_000);

  it('T6: a device is skipped when who started the campaign has lost the right by the time of its turn', async () => {
    const ina = await world.signUp('Ina');
    const membershipId = await join(ada, organisationId, ina, 'installer');
    const device = await register();
    const image = await upload('6.0.0', firmwareFile('6.0.0'));
    const campaignId = await campaign(ina, image, [device], {});
    (await ada.delete(`${books()}/members/${membershipId}`)).as(204);
    const station = plug('ocpp1.6', device);
    const view = await reaches(campaignId, 'completed');
    expect(view.counts).toMatchObject({ skipped: 1 });
    expect((await progress(campaignId))[0]).toMatchObject({ reason: 'right-gone', attempt: 0 });
    expect(station.requestsOf('UpdateFirmware')).toEqual([]);
  }, 60_000);

  it('a device of another model than the image is for is skipped; paused and cancelled campaigns offer nothing', async () => {
    const device = await register();
    const other = { ...unsigned, model: 'Another', version: '7.0.0' };
    const named = (await ada.post(`${books()}/firmware-images`, other)).as<ImageView>(201);
    await uploadBytes(named.imageId, firmwareFile('7.0.0'));
    const campaignId = await campaign(ada, named, [device], {});
    await order(ada, campaignId, 'pause');
    plug('ocpp1.6', device);
    await order(ada, campaignId, 'resume');
    await reaches(campaignId, 'completed');
    expect((await progress(campaignId))[0]).toMatchObject({ state: 'skipped', reason: 'wrong-model' });
    const offline = await campaign(ada, named, [await register()], {});
    expect((await order(ada, offline, 'cancel')).counts).toMatchObject({ skipped: 1 });
  }, 60_000);

  it('T7: nobody can select what the organisation may not configure, nor see the campaigns of another', async () => {
    const eve = await world.signUp('Eve');
    const image = await upload('8.0.0', firmwareFile('8.0.0'));
    const foreign = randomUUID();
    const body = { name: 'X', imageId: image.imageId, deviceIds: [foreign], rules: plain };
    const refused = await ada.post(`${books()}/firmware-campaigns`, body);
    expect(problemOf(refused)).toBe('not-for-configuring');
    expect((await eve.get(`${books()}/firmware-campaigns`)).status).toBe(404);
    const empty = (await ada.post(`${books()}/firmware-images`, { ...unsigned, version: '9' })).as<ImageView>(
      201,
    );
    const early = { ...body, imageId: empty.imageId, deviceIds: [] };
    expect(problemOf(await ada.post(`${books()}/firmware-campaigns`, early))).toBe('image-incomplete');
  });
});

describe('firmware images', () => {
  it('RFC 9110 14: a device goes on where its download broke off, by an address nobody guesses', async () => {
    const bytes = Buffer.alloc(700_000, 'busbar-firmware 1\n');
    const image = await upload('1', bytes);
    expect(image.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    const whole = await fetch(image.url);
    expect(whole.headers.get('content-length')).toBe('700000');
    expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
    const etag = whole.headers.get('etag') ?? '';
    const rest = await fetch(image.url, { headers: { range: 'bytes=262100-', 'if-range': etag } });
    expect([rest.status, rest.headers.get('content-range')]).toEqual([206, 'bytes 262100-699999/700000']);
    expect(Buffer.from(await rest.arrayBuffer()).equals(bytes.subarray(262_100))).toBe(true);
    const stale = await fetch(image.url, { headers: { range: 'bytes=5-', 'if-range': '"other"' } });
    expect(stale.status).toBe(200);
    await stale.arrayBuffer();
    expect((await fetch(image.url, { headers: { range: 'bytes=700000-' } })).status).toBe(416);
    expect((await fetch(image.url.replace(/.$/, '_'))).status).toBe(404);
    expect(
      problemOf({ ...(await ada.get('/')), body: await (await uploadBytes(image.imageId, bytes)).json() }),
    ).toBe('image-complete');
  });

  it('OCPP 2.0.1 L01.FR.04: a signature that does not fit the bytes is refused, and nothing is kept', async () => {
    const authority = await TestAuthority.create('Maker');
    const { pem, keyPem } = await authority.issue('Firmware');
    const bytes = firmwareFile('2.5.0');
    const signature = createSign('sha256').update(bytes).sign(keyPem, 'base64');
    expect(new X509Certificate(pem).subject).toContain('Firmware');
    const signed = { signingCertificate: pem, signature };
    const named = await ada.post(`${books()}/firmware-images`, { ...unsigned, version: '2.5.0', signed });
    const { imageId } = named.as<ImageView>(201);
    const wrong = await uploadBytes(imageId, firmwareFile('2.5.1'));
    expect([wrong.status, ((await wrong.json()) as { code: string }).code]).toEqual([
      422,
      'signature-does-not-fit',
    ]);
    const still = (await ada.get(`${books()}/firmware-images/${imageId}`)).as<ImageView>(200);
    expect(still.complete).toBe(false);
    expect((await uploadBytes(imageId, bytes)).status).toBe(200);
    const unreadable = { signingCertificate: 'no certificate', signature };
    const refused = await ada.post(`${books()}/firmware-images`, {
      ...unsigned,
      version: '1',
      signed: unreadable,
    });
    expect(problemOf(refused)).toBe('unusable-certificate');
  });
});
