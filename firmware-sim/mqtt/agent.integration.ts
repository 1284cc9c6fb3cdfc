import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { defaultIngressLimits, plainSecurity } from '#apps/ingress/ingress-config.js';
import {
  memoryBus,
  seedDevice,
  startIngress,
  type IngressHarness,
  type SeededDevice,
} from '#apps/ingress/ingress-harness.js';
import { giveCommand } from '#apps/ingress/ocpp/give-command.js';
import type { CommandRequest } from '#libs/contracts/command.js';
import { desire } from '#libs/devices/twin.js';
import { systemClock } from '#libs/platform/system-clock.js';
import { inTransaction } from '#libs/store/pool.js';
import { changeTwin, readTwin } from '#libs/store/twins.js';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { Balancer } from '../balancer/balancer.js';
import { Hub } from '../hub/hub.js';
import { Random } from '../physics/random.js';

let database: TestDatabase;
let edge: IngressHarness;
let files: Server;
const image = Buffer.from('a new firmware');
const closing: (() => Promise<void>)[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  edge = await startIngress({
    pool: database.pool,
    bus: memoryBus(),
    limits: { ...defaultIngressLimits, sweepInterval_ms: 20, eventRequest_ms: 50 },
    ocppPort: 0,
    security: plainSecurity,
    stillAllowed: () => true,
  });
  files = createServer((_request, response) => response.end(image));
  await new Promise<void>((resolve) => {
    files.listen(0, '127.0.0.1', resolve);
  });
});
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});
afterAll(async () => {
  await edge.stop();
  await database.drop();
  files.close();
});

const timing = { clock: systemClock, reconnect_ms: 20, reboot_ms: 60 };
const run = <Device extends { start(): void; stop(): Promise<void> }>(
  device: Device,
  tick: () => void,
): Device => {
  device.start();
  const timer = setInterval(tick, 10);
  closing.push(async () => {
    clearInterval(timer);
    await device.stop();
  });
  return device;
};
const mqttUrl = (): string => `mqtt://127.0.0.1:${edge.mqttPort}`;
function startZen({ identity, secret }: SeededDevice): Balancer {
  const zen = new Balancer({
    ...timing,
    identity,
    secret,
    mqttUrl: mqttUrl(),
    mainFuse_A: 25,
    voltage_V: 230,
    cadence_s: 0.05,
    solarTerminal: false,
    noise_A: 0,
    energyScale: 1,
    random: new Random(1),
    measure_A: () => [10, 20, 5],
  });
  return run(zen, () => zen.tick(0.01));
}
function startHub({ identity, secret }: SeededDevice): Hub {
  const hub = new Hub({
    ...timing,
    identity,
    secret,
    mqttUrl: mqttUrl(),
    resend_ms: 60_000,
    lastSequence: 0,
  });
  return run(hub, () => hub.tick());
}
const eventsOf = ({ deviceId }: SeededDevice) =>
  edge.observations.filter((each) => each.deviceId === deviceId).map(({ event }) => event);
const count = (device: SeededDevice, type: string): number =>
  eventsOf(device).filter((event) => event.type === type).length;
const finished = async (device: SeededDevice, request: CommandRequest) => {
  const command = await giveCommand(edge, database.pool, device, request);
  return waitFor('the end of the command', () => command.ended());
};
const wish = ({ deviceId }: SeededDevice, settings: Record<string, unknown>) =>
  inTransaction(database.pool, (client) =>
    changeTwin(client, deviceId, (twin) => desire(twin, settings, Date.now(), null)),
  );
const reported = async ({ deviceId }: SeededDevice) => (await readTwin(database.pool, deviceId)).reported;
const newestReading = (device: SeededDevice) => {
  const event = eventsOf(device).findLast(({ type }) => type === 'balancer-reading');
  return event?.type === 'balancer-reading' ? event.current_A : null;
};

describe('a simulated Zen at the real edge', () => {
  it('NB-77: boots, tells its network, and boots again when it is reset', async () => {
    const seeded = await seedDevice(database.pool, 'balancer');
    startZen(seeded);
    await waitFor('readings', () => count(seeded, 'balancer-reading') > 2);
    expect(eventsOf(seeded)).toContainEqual(
      expect.objectContaining({ type: 'network-reported', medium: 'wifi' }),
    );
    expect(await finished(seeded, { action: 'reset', type: 'Soft' })).toMatchObject({ state: 'accepted' });
    await waitFor('the second boot', () => count(seeded, 'booted') === 2);
  });

  it('NB-79: applies settings and reports them; a reversed clamp that it knows of reads right again', async () => {
    const seeded = await seedDevice(database.pool, 'balancer');
    const zen = startZen(seeded);
    zen.mount({ reversed: [false, true, false] });
    await waitFor('the wrong sign', () => newestReading(seeded)?.[1] === -20);
    await wish(seeded, { balancer: { reversedTransformers: [false, true, false] } });
    const { siteId, deviceId: subjectId } = seeded;
    await edge.bus.publish('changes', { siteId, subject: 'twin', subjectId, at: Date.now() });
    await waitFor('the right sign', () => newestReading(seeded)?.[1] === 20);
    expect(await reported(seeded)).toMatchObject({
      balancer: { reversedTransformers: [false, true, false], currentTransformerRatio: 3_000 },
    });
  });

  it('NB-79: changes over to another network, and says so when it is back; a Zen has no mobile radio', async () => {
    const seeded = await seedDevice(database.pool, 'balancer');
    startZen(seeded);
    await waitFor('the connection', () => count(seeded, 'connected') === 1);
    const wifi = { action: 'set-network', medium: 'wifi', ssid: 'Garage' } as const;
    expect(await finished(seeded, wifi)).toMatchObject({ state: 'accepted' });
    await waitFor('the new network', () =>
      eventsOf(seeded).some((event) => event.type === 'network-reported' && event.name === 'Garage'),
    );
    expect(count(seeded, 'connected')).toBe(2);
    const mobile = { action: 'set-network', medium: 'mobile' } as const;
    expect(await finished(seeded, mobile)).toMatchObject({
      state: 'rejected',
      reason: 'This device cannot be connected in this way.',
    });
  });

  it('A01: takes a new password and comes back with it', async () => {
    const seeded = await seedDevice(database.pool, 'balancer');
    startZen(seeded);
    await waitFor('the connection', () => count(seeded, 'connected') === 1);
    expect(await finished(seeded, { action: 'rotate-credential' })).toMatchObject({ state: 'accepted' });
    await waitFor('the next connection', () => count(seeded, 'connected') === 2);
    const { rows } = await database.pool.query('SELECT next_secret_hash FROM devices WHERE id = $1', [
      seeded.deviceId,
    ]);
    expect(rows).toEqual([{ next_secret_hash: null }]);
  });

  it.each([
    ['L01: a whole image is installed, with a restart in the middle', 0, 'Installed'],
    ['L01: a wrong one is not', 1, 'InstallVerificationFailed'],
  ])('%s', async (_name, tooLong, last) => {
    const seeded = await seedDevice(database.pool, 'balancer');
    const zen = startZen(seeded);
    await waitFor('the connection', () => count(seeded, 'booted') === 1);
    const { port } = files.address() as AddressInfo;
    const request: CommandRequest = {
      action: 'update-firmware',
      requestId: 4,
      location: `http://127.0.0.1:${port}/zen.bin`,
      version: '2.0',
      sha256: createHash('sha256').update(image).digest('hex'),
      size_bytes: image.length + tooLong,
      signed: null,
      retrieveAt: new Date().toISOString(),
      installAt: null,
    };
    expect(await finished(seeded, request)).toMatchObject({ state: 'accepted' });
    const statuses = () => eventsOf(seeded).flatMap((event) => (event.type === 'notice' ? [event.code] : []));
    await waitFor('the end of the update', () => statuses().includes(last));
    expect(statuses().slice(0, 2)).toEqual(['Downloading', 'Downloaded']);
    expect([zen.firmwareVersion, count(seeded, 'booted')]).toEqual(tooLong === 0 ? ['2.0', 2] : ['1.0', 1]);
  });

  it('comes back when its WiFi does', async () => {
    const seeded = await seedDevice(database.pool, 'balancer');
    const zen = startZen(seeded);
    await waitFor('readings', () => count(seeded, 'balancer-reading') > 0);
    zen.dropWifi(100);
    await waitFor('the return', () => count(seeded, 'connected') === 2);
    expect(count(seeded, 'booted')).toBe(1);
  });
});

describe('a simulated hub at the real edge', () => {
  it('arms when it is told to, names its sub-devices as it is told, and agrees to a factory reset', async () => {
    const seeded = await seedDevice(database.pool, 'hub');
    startHub(seeded);
    await waitFor('the sub-devices', () => count(seeded, 'sub-devices-reported') > 0);
    await finished(seeded, { action: 'set-arming', armed: 'night' });
    await waitFor('the state', () =>
      eventsOf(seeded).some((event) => event.type === 'hub-state' && event.armed === 'night'),
    );
    await wish(seeded, { hub: { subDeviceNames: { '01': 'Back door' }, entryDelay_s: 5 } });
    const { siteId, deviceId: subjectId } = seeded;
    await edge.bus.publish('changes', { siteId, subject: 'twin', subjectId, at: Date.now() });
    await waitFor('the name', () =>
      eventsOf(seeded).some(
        (event) =>
          event.type === 'sub-devices-reported' && event.subDevices.some(({ name }) => name === 'Back door'),
      ),
    );
    await waitFor('the report', async () => (await reported(seeded)).hub?.entryDelay_s === 5);
    // NB-84: the edge does not let it in again until somebody claims it.
    expect(await finished(seeded, { action: 'factory-reset' })).toMatchObject({ state: 'accepted' });
  });

  it('QoS 1: sends again what the journal lost, when it is asked by range', async () => {
    const seeded = await seedDevice(database.pool, 'hub');
    const hub = startHub(seeded);
    await waitFor('the connection', () => hub.connected);
    for (const code of ['a', 'b', 'c', 'd'])
      hub.raise({ category: 'information', code, zone: null, text: code });
    const held = async (): Promise<number[]> => {
      const { rows } = await database.pool.query<{ sequence: number }>(
        'SELECT sequence FROM hub_events WHERE device_id = $1 ORDER BY sequence',
        [seeded.deviceId],
      );
      return rows.map(({ sequence }) => sequence);
    };
    await waitFor('all four', async () => (await held()).length === 4);
    await database.pool.query('DELETE FROM hub_events WHERE device_id = $1 AND sequence IN (2, 3)', [
      seeded.deviceId,
    ]);
    hub.loseNetwork();
    await waitFor('the gap to be filled', async () => (await held()).length === 4);
    expect(await held()).toEqual([1, 2, 3, 4]);
  });

  it('comes back when the mobile network does', async () => {
    const seeded = await seedDevice(database.pool, 'hub');
    const hub = startHub(seeded);
    await waitFor('the connection', () => count(seeded, 'connected') === 1);
    hub.dropMobile(100);
    await waitFor('the return', () => count(seeded, 'connected') === 2);
  });
});
