import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { defaultIngressLimits } from '#apps/ingress/ingress-config.js';
import { startIngressBeside, type IngressHarness } from '#apps/ingress/ingress-harness.js';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import { defaultTelemetryConfig } from '#apps/telemetry/telemetry-config.js';
import { TelemetryMetrics } from '#apps/telemetry/telemetry-metrics.js';
import { TelemetryService } from '#apps/telemetry/telemetry-service.js';
import { allPartitions } from '#libs/bus/partition.js';
import type { LiveDevice, LiveSnapshot } from '#libs/contracts/http/live-routes.js';
import type { Gate } from '#libs/gate/gate.js';
import { createLogger } from '#libs/platform/logger.js';
import { systemClock } from '#libs/platform/system-clock.js';
import { GATE } from '#libs/platform/tokens.js';
import { handOverReady } from '#libs/testing/checklist-steps.js';
import { startHttpWorld, type Caller, type HttpWorld } from '#libs/testing/http-world.js';
import { MqttDevice } from '#libs/testing/mqtt-device.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { ApiModule } from './api-module.js';

let world: HttpWorld;
let edge: IngressHarness;
let telemetry: TelemetryService;
/** Ada's company installs; Olga owns. */
let ada: Caller;
let olga: Caller;
let organisationId: string;
const open: MqttDevice[] = [];

beforeAll(async () => {
  world = await startHttpWorld(
    [SharingModule.register(), ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } })],
    { attemptsPerMinute: 1_000, authEndpoint: 'here' },
  );
  const { bus, database } = world;
  [ada, olga] = [await world.signUp('Ada'), await world.signUp('Olga')];
  const company = await ada.post('/v1/organisations', { name: 'Volt' });
  ({ organisationId } = company.as<{ organisationId: string }>(201));
  telemetry = new TelemetryService(
    { ...defaultTelemetryConfig, stateInterval_ms: 20 },
    {
      bus,
      pool: database.pool,
      clock: systemClock,
      logger: createLogger({ name: 'test', level: 'silent', file: null }),
      metrics: new TelemetryMetrics(new Registry()),
    },
  );
  await telemetry.start();
  await bus.consume({
    topic: 'observations',
    partitions: allPartitions,
    group: null,
    handler: ({ message }) => telemetry.takeObservation(message),
  });
  edge = await startIngressBeside(world.app.get<Gate>(GATE), database.pool, bus, {
    ...defaultIngressLimits,
    sweepInterval_ms: 100,
  });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((device) => device.end()));
});
afterAll(async () => {
  await edge?.stop();
  await telemetry?.stop();
  await world?.close();
});

async function install(kind: string) {
  const place = { name: 'Harbour', timeZone: 'Europe/Oslo', organisationId };
  const { locationId } = (await ada.post('/v1/locations', place)).as<{ locationId: string }>(201);
  await handOverReady(world.database.pool, ada, locationId, olga);
  const identity = `${kind}-${randomUUID().slice(0, 8)}`;
  const added = await ada.post(`/v1/locations/${locationId}/devices`, { kind, identity, name: 'It' });
  const { device, secret } = added.as<{ device: { deviceId: string }; secret: string }>(201);
  const connect = async (): Promise<MqttDevice> => {
    const all = ['settings', 'command', 'credential'];
    const url = `mqtt://127.0.0.1:${edge.mqttPort}`;
    const connected = await MqttDevice.connect(url, { identity, secret }, all, {});
    open.push(connected);
    return connected;
  };
  const live = async (): Promise<LiveDevice | undefined> =>
    (await olga.get(`/v1/locations/${locationId}/live`)).as<LiveSnapshot>(200).devices[0];
  return { locationId, deviceId: device.deviceId, connect, live };
}

describe('a load balancer and its owner', () => {
  it.each([1, 10])(
    'NB-77: a load balancer comes online with what it is and how it reaches us, reading every %p s',
    async (readingIntervalS) => {
      const zen = await install('balancer');
      expect((await zen.live())?.presence).toBe('never-seen');
      const device = await zen.connect();
      await device.tell('boot', {
        vendor: 'Acme',
        model: 'Zen',
        firmwareVersion: '1.4',
        network: { medium: 'NETWORK_MEDIUM_WIFI', signalDbm: -61, name: 'Harbour' },
      });
      await device.tell('installation', { mainFuseA: 25, currentTransformerRatio: 2_000, readingIntervalS });
      await device.tell('reading', { timeMs: String(Date.now()), currentA: { l1: 4, l2: 5, l3: 6 } });
      const shown = await waitFor('the reading', async () => {
        const now = await zen.live();
        return now?.balancer ? now : null;
      });
      expect(shown).toMatchObject({
        presence: 'online',
        vendor: 'Acme',
        firmwareVersion: '1.4',
        network: { medium: 'wifi', signal_dBm: -61, name: 'Harbour' },
        balancer: { current_A: [4, 5, 6] },
        installation: { mainFuse_A: 25, readingInterval_s: readingIntervalS, finding: null },
      });
    },
  );

  it('NB-79: the installer sets network and solar terminal over the API, and they reach the load balancer', async () => {
    const zen = await install('balancer');
    const device = await zen.connect();
    const settings = { solarTerminal: true, network: { medium: 'wifi', wifiName: 'Harbour' } };
    const request = { action: 'configure-balancer', settings };
    const path = `/v1/devices/${zen.deviceId}/commands`;
    const { commandId } = (await ada.post(path, { request })).as<{ commandId: string }>(202);
    const sent = await waitFor('the settings', () =>
      device.bodies('settings').find((body) => body['commandId'] === commandId),
    );
    const balancer = {
      solarTerminal: true,
      network: { medium: 'NETWORK_MEDIUM_WIFI', wifiName: 'Harbour' },
    };
    expect(sent).toMatchObject({ balancer });
    await device.tell('settings', { version: sent['version'], balancer });
    await device.tell('command-answer', { commandId, outcome: 'COMMAND_OUTCOME_ACCEPTED' });
    expect((await ada.get(`/v1/commands/${commandId}`)).body).toMatchObject({ state: 'accepted' });
    expect((await olga.get(`/v1/devices/${zen.deviceId}/twin`)).body).toMatchObject({
      reported: { balancer: settings },
      delta: {},
      keys: { balancer: { state: 'in-step' } },
    });
  });

  it('NB-79: the owner does not, by command or by wish', async () => {
    const zen = await install('balancer');
    const device = await zen.connect();
    const settings = { solarTerminal: true };
    const request = { action: 'configure-balancer', settings };
    expect((await olga.post(`/v1/devices/${zen.deviceId}/commands`, { request })).status).toBe(403);
    const wish = { settings: { balancer: settings } };
    const path = `/v1/devices/${zen.deviceId}/twin`;
    expect((await olga.send('PATCH', path, wish, { 'if-match': '*' })).status).toBe(403);
    (await ada.send('PATCH', path, wish, { 'if-match': '*' })).as(200);
    await waitFor("the installer's wish", () => device.bodies('settings').length === 1);
  });
});

describe('an alarm hub and its owner', () => {
  it('shows network, SIM, arming and sub-devices; late events stand where the hub counted them', async () => {
    const hub = await install('hub');
    const device = await hub.connect();
    await device.tell('boot', { vendor: 'V', model: 'Hub', network: { medium: 'NETWORK_MEDIUM_MOBILE' } });
    await device.tell('state', { armed: 'ARMED_NIGHT', simPresent: true, signalDbm: -80 });
    await device.tell('sub-devices', {
      subDevices: [{ id: '01', type: 'smoke', name: 'Kitchen', batteryPercent: 90, online: true }],
    });
    const raise = (sequence: number) =>
      device.tell('event', {
        sequence: String(sequence),
        category: 'EVENT_CATEGORY_TAMPER',
        code: `${sequence}`,
      });
    for (const sequence of [5, 8, 9]) await raise(sequence);
    await device.tell('network', { medium: 'NETWORK_MEDIUM_ETHERNET' });
    for (const sequence of [7, 6, 10]) await raise(sequence);
    const path = `/v1/devices/${hub.deviceId}/events`;
    interface Page {
      readonly items: readonly { type: string; detail: { sequence?: number; monitored?: boolean } }[];
      readonly nextCursor: string | null;
    }
    const numbers = ({ items }: Page) => items.flatMap(({ detail }) => detail.sequence ?? []);
    const all = await waitFor('all six', async () => {
      const page = (await olga.get(path)).as<Page>(200);
      return numbers(page).length === 6 ? page : null;
    });
    expect(numbers(all)).toEqual([10, 9, 8, 7, 6, 5]);
    expect(
      all.items.filter(({ type }) => type === 'hub-tamper').every(({ detail }) => detail.monitored),
    ).toBe(false);
    const paged: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '?limit=2' : `?limit=2&cursor=${cursor}`;
      const page: Page = (await olga.get(`${path}${query}`)).as<Page>(200);
      paged.push(...numbers(page));
      cursor = page.nextCursor;
    }
    expect(paged).toEqual([10, 9, 8, 7, 6, 5]);
    expect(await hub.live()).toMatchObject({
      network: { medium: 'ethernet' },
      hub: { armed: 'night', simPresent: true, signal_dBm: -80 },
      subDevices: [{ id: '01', kind: 'smoke', name: 'Kitchen', battery_percent: 90 }],
    });
  });
});
