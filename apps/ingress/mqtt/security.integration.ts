import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { IClientOptions } from 'mqtt';
import { systemClock } from '#libs/platform/system-clock.js';
import { StationSecurityStore, type SecurityProfile } from '#libs/store/station-security.js';
import { MqttDevice } from '#libs/testing/mqtt-device.js';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { signingRequest } from '../certificates/certificate-fakes.js';
import { openLocalAuthority, type LocalAuthority } from '../certificates/local-authority.js';
import { defaultIngressLimits } from '../ingress-config.js';
import {
  memoryBus,
  seedDevice,
  startIngress,
  type IngressHarness,
  type SeededDevice,
} from '../ingress-harness.js';

let folder: string;
let database: TestDatabase;
let edge: IngressHarness;
let authority: LocalAuthority;
let security: StationSecurityStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'busbar-mqtt-security-'));
  database = await createTestDatabase();
  security = new StationSecurityStore(database.pool);
  edge = await startIngress({
    pool: database.pool,
    bus: memoryBus(),
    limits: defaultIngressLimits,
    ocppPort: 0,
    security: {
      ocppTlsPort: null,
      mqttTlsPort: 0,
      serverCertificate: null,
      serverNames: ['127.0.0.1'],
      authorityFolder: folder,
      admitsWithoutCredential: false,
    },
    stillAllowed: () => true,
  });
  authority = await openLocalAuthority({ folder, clock: systemClock, stationValidity_days: 30 });
});
afterAll(async () => {
  await edge.stop();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function hubWith(profile: SecurityProfile): Promise<SeededDevice> {
  const device = await seedDevice(database.pool, 'hub');
  await security.setProfile(device.deviceId, profile, true);
  return device;
}
const connect = (
  where: 'plain' | 'tls',
  device: SeededDevice,
  options: IClientOptions,
): Promise<MqttDevice> =>
  MqttDevice.connect(
    where === 'tls' ? `mqtts://127.0.0.1:${edge.mqttTlsPort}` : `mqtt://127.0.0.1:${edge.mqttPort}`,
    device,
    ['event-acknowledged'],
    { ca: authority.trust.join('\n'), ...options },
  );
/** A certificate of our authority whose common name is `name`, on record for `device`. */
async function certify(device: SeededDevice, name: string) {
  const { csr, key } = await signingRequest(name);
  const signed = await authority.sign({ csr, commonName: name, purpose: 'ChargingStationCertificate' });
  await security.recordCertificate(device.deviceId, { ...signed, purpose: 'ChargingStationCertificate' });
  return { options: { cert: signed.chain, key }, serialNumber: signed.serialNumber };
}
/** Proves that the connection works in both directions. */
async function expectService(device: MqttDevice): Promise<void> {
  await device.tell('event', { sequence: '1', category: 'EVENT_CATEGORY_ALARM' });
  await device.end();
}

describe('MQTT over TLS', () => {
  it('profile 2: the password opens the TLS port and not the plain one', async () => {
    const hub = await hubWith(2);
    await expectService(await connect('tls', hub, {}));
    await expect(connect('plain', hub, {})).rejects.toThrow(/not authorized/i);
  });

  it('profile 1: both ports take the password', async () => {
    const hub = await hubWith(1);
    await expectService(await connect('plain', hub, {}));
    await expectService(await connect('tls', hub, {}));
    await expect(connect('tls', { ...hub, secret: 'wrong' }, {})).rejects.toThrow(/bad username/i);
  });

  it('profile 3: a certificate whose common name is the identity, with no password', async () => {
    const hub = await hubWith(3);
    const { options } = await certify(hub, hub.identity);
    const bare = { ...options, username: undefined as never, password: undefined as never };
    await expectService(await connect('tls', hub, bare));
  });

  it('profile 3: no silent downgrade to the password, on either port', async () => {
    const hub = await hubWith(3);
    await expect(connect('tls', hub, {})).rejects.toThrow(/not authorized/i);
    await expect(connect('plain', hub, {})).rejects.toThrow(/not authorized/i);
  });

  it("a neighbour's certificate opens nothing", async () => {
    const hub = await hubWith(3);
    const neighbour = await hubWith(3);
    const { options } = await certify(neighbour, neighbour.identity);
    await expect(connect('tls', hub, { ...options, password: '' })).rejects.toThrow(/bad username/i);
  });

  it('a revoked certificate opens nothing from the next connection on', async () => {
    const hub = await hubWith(3);
    const { options, serialNumber } = await certify(hub, hub.identity);
    await expectService(await connect('tls', hub, options));
    await security.revokeCertificate(hub.deviceId, serialNumber, Date.now());
    await expect(connect('tls', hub, options)).rejects.toThrow(/not authorized/i);
  });

  it('a certificate of somebody else is none', async () => {
    const hub = await hubWith(3);
    const elsewhere = await mkdtemp(join(tmpdir(), 'busbar-foreign-'));
    const foreign = await openLocalAuthority({
      folder: elsewhere,
      clock: systemClock,
      stationValidity_days: 1,
    });
    const { csr, key } = await signingRequest(hub.identity);
    const { chain } = await foreign.sign({
      csr,
      commonName: hub.identity,
      purpose: 'ChargingStationCertificate',
    });
    await rm(elsewhere, { recursive: true, force: true });
    // The handshake itself may end it, since both authorities have one name.
    await expect(connect('tls', hub, { cert: chain, key, password: '' })).rejects.toThrow();
    expect(edge.observations.filter(({ deviceId }) => deviceId === hub.deviceId)).toEqual([]);
  });

  it("a charger's certificate is no way in", async () => {
    const charger = await seedDevice(database.pool, 'charger');
    const { options } = await certify(charger, charger.identity);
    await expect(connect('tls', charger, options)).rejects.toThrow(/bad username/i);
  });
});
