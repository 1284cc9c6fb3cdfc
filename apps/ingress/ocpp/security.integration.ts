import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WebSocket, type ClientOptions } from 'ws';
import type { CommandRequest } from '#libs/contracts/command.js';
import { systemClock } from '#libs/platform/system-clock.js';
import { StationSecurityStore, type SecurityProfile } from '#libs/store/station-security.js';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { signingRequest } from '../certificates/certificate-fakes.js';
import { openLocalAuthority, type LocalAuthority } from '../certificates/local-authority.js';
import { basicAuthentication } from '../harness-charger.js';
import { defaultIngressLimits } from '../ingress-config.js';
import {
  memoryBus,
  seedDevice,
  startIngress,
  type IngressHarness,
  type SeededDevice,
} from '../ingress-harness.js';
import { giveCommand } from './give-command.js';

let folder: string;
let database: TestDatabase;
let edge: IngressHarness;
let authority: LocalAuthority;
let security: StationSecurityStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'busbar-security-'));
  database = await createTestDatabase();
  security = new StationSecurityStore(database.pool);
  edge = await startIngress({
    pool: database.pool,
    bus: memoryBus(),
    limits: { ...defaultIngressLimits, sweepInterval_ms: 50, certificateNotice_days: 400 },
    ocppPort: 0,
    security: {
      ocppTlsPort: 0,
      mqttTlsPort: null,
      serverCertificate: null,
      serverNames: ['127.0.0.1'],
      authorityFolder: folder,
      admitsWithoutCredential: true,
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

async function chargerWith(profile: SecurityProfile): Promise<SeededDevice> {
  const device = await seedDevice(database.pool, 'charger');
  await security.setProfile(device.deviceId, profile, true);
  return device;
}

interface Opened {
  readonly status: number;
  readonly code: string | null;
  readonly socket: WebSocket | null;
}

/** 101 with the open socket, or the status and code of the refusal. */
function open(where: 'plain' | 'tls', device: SeededDevice, options: ClientOptions): Promise<Opened> {
  const base = where === 'tls' ? `wss://127.0.0.1:${edge.ocppTlsPort}` : `ws://127.0.0.1:${edge.ocppPort}`;
  const socket = new WebSocket(`${base}/ocpp/${device.identity}`, ['ocpp1.6'], {
    ca: [...authority.trust],
    ...options,
  });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve({ status: 101, code: null, socket }));
    socket.once('unexpected-response', (_request, response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => {
        const { code } = JSON.parse(text) as { code: string };
        resolve({ status: response.statusCode ?? 0, code, socket: null });
      });
    });
    socket.once('error', reject);
  });
}
const password = (device: SeededDevice): ClientOptions => ({
  headers: { authorization: basicAuthentication(device) },
});

async function certified(commonName: string): Promise<ClientOptions & { serialNumber: string }> {
  const { csr, key } = await signingRequest(commonName);
  const signed = await authority.sign({ csr, commonName, purpose: 'ChargingStationCertificate' });
  return { cert: signed.chain, key, serialNumber: signed.serialNumber };
}

describe('security profiles (OCPP 1.6 Security Whitepaper 2, OCPP 2.0.1 A00)', () => {
  it('0: without a credential, for laboratories, and never a station of another profile', async () => {
    const lab = await open('plain', await chargerWith(0), {});
    expect(lab.status).toBe(101);
    lab.socket?.terminate();
    expect(await open('plain', await chargerWith(1), {})).toMatchObject({ status: 401, code: 'auth' });
  });

  it('1: a password opens both ports, a wrong one neither', async () => {
    const device = await chargerWith(1);
    for (const where of ['plain', 'tls'] as const) {
      const good = await open(where, device, password(device));
      expect(good.status).toBe(101);
      good.socket?.terminate();
      const wrong = await open(where, device, password({ ...device, secret: 'f'.repeat(40) }));
      expect(wrong).toMatchObject({ status: 401, code: 'auth' });
    }
  });

  it('2: the right password in the clear is refused with the reason; over TLS it opens', async () => {
    const device = await chargerWith(2);
    expect(await open('plain', device, password(device))).toMatchObject({
      status: 403,
      code: 'encryption-required',
    });
    const good = await open('tls', device, password(device));
    expect(good.status).toBe(101);
    good.socket?.terminate();
  });

  it('3: only its own certificate opens, until it is revoked', async () => {
    const device = await chargerWith(3);
    expect(await open('tls', device, password(device))).toMatchObject({
      status: 403,
      code: 'certificate-required',
    });
    const mine = await certified(device.identity);
    const good = await open('tls', device, mine);
    expect(good.status).toBe(101);
    good.socket?.terminate();
    expect(await open('tls', device, await certified('CP-OTHER'))).toMatchObject({
      status: 401,
      code: 'auth',
    });

    await security.recordCertificate(device.deviceId, {
      serialNumber: mine.serialNumber,
      purpose: 'ChargingStationCertificate',
      notBefore: new Date(0),
      notAfter: new Date(Date.now() + 1e12),
    });
    await security.revokeCertificate(device.deviceId, mine.serialNumber, Date.now());
    expect(await open('tls', device, mine)).toMatchObject({ status: 401, code: 'auth' });
  });

  it('3: a certificate of another authority with the right name does not open', async () => {
    const device = await chargerWith(3);
    const elsewhere = await mkdtemp(join(tmpdir(), 'busbar-foreign-'));
    const foreign = await openLocalAuthority({
      folder: elsewhere,
      clock: systemClock,
      stationValidity_days: 30,
    });
    const { csr, key } = await signingRequest(device.identity);
    const { chain } = await foreign.sign({
      csr,
      commonName: device.identity,
      purpose: 'ChargingStationCertificate',
    });
    expect(await open('tls', device, { cert: chain, key })).toMatchObject({ status: 401, code: 'auth' });
    await rm(elsewhere, { recursive: true, force: true });
  });

  it('a profile is lowered only by who says so', async () => {
    const { deviceId } = await chargerWith(3);
    expect(await security.setProfile(deviceId, 1, false)).toBe(false);
    expect((await security.read(deviceId))?.securityProfile).toBe(3);
    expect(await security.setProfile(deviceId, 2, true)).toBe(true);
  });
});

/** A raw station that answers every call with `answer` and keeps what it was called with. */
async function play(device: SeededDevice, answer: object) {
  const { socket } = await open('tls', device, password(device));
  if (!socket) throw new Error('the charger was not let in');
  const calls: { action: string; payload: Record<string, string> }[] = [];
  const answers: unknown[][] = [];
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as [number, string, string, Record<string, string>];
    if (frame[0] !== 2) return answers.push(frame);
    calls.push({ action: frame[2], payload: frame[3] });
    socket.send(JSON.stringify([3, frame[1], answer]));
  });
  let next = 0;
  const call = async (action: string, payload: object): Promise<unknown> => {
    const id = `m${++next}`;
    socket.send(JSON.stringify([2, id, action, payload]));
    await waitFor(`the answer to ${action}`, () => answers.some((frame) => frame[1] === id));
    return answers.find((frame) => frame[1] === id)?.[2];
  };
  await call('BootNotification', { chargePointVendor: 'Nordlys', chargePointModel: 'One' });
  return { socket, calls, call };
}

async function give(device: SeededDevice, request: CommandRequest): Promise<string> {
  const command = await giveCommand(edge, database.pool, device, request);
  const { state, row } = await waitFor('the end of the command', () => command.ended());
  return `${state} ${row}`;
}

describe('credentials of a station', () => {
  it('A01: a rotated password keeps the station reachable, and the first use of the new one ends the old', async () => {
    const device = await chargerWith(2);
    const { socket, calls } = await play(device, { status: 'Accepted' });
    const row = await give(device, { action: 'rotate-credential' });
    expect(row).toMatch(/^accepted/);
    const key = calls.find(({ action }) => action === 'ChangeConfiguration')?.payload;
    expect(key).toEqual({ key: 'AuthorizationKey', value: expect.stringMatching(/^[0-9a-f]{40}$/) });
    expect(row).not.toContain(key?.['value']);
    socket.terminate();

    const old = await open('tls', device, password(device));
    expect(old.status).toBe(101);
    old.socket?.terminate();
    const renewed = { ...device, secret: key?.['value'] ?? '' };
    const fresh = await open('tls', device, password(renewed));
    expect(fresh.status).toBe(101);
    fresh.socket?.terminate();
    expect((await open('tls', device, password(device))).status).toBe(401);
  });

  it('A01: a station that rejects the new password keeps the old one alone', async () => {
    const device = await chargerWith(1);
    const { socket, calls } = await play(device, { status: 'Rejected' });
    expect(await give(device, { action: 'rotate-credential' })).toMatch(/^rejected/);
    socket.terminate();
    const refused = { ...device, secret: calls.at(-1)?.payload['value'] ?? '' };
    expect((await open('tls', device, password(refused))).status).toBe(401);
    const old = await open('tls', device, password(device));
    expect(old.status).toBe(101);
    old.socket?.terminate();
  });

  it('A02: a station asks for a certificate, gets it signed, and comes back with security profile 3', async () => {
    const device = await chargerWith(2);
    const { socket, calls, call } = await play(device, { status: 'Accepted' });
    const { csr, key } = await signingRequest(device.identity);
    expect(await call('SignCertificate', { csr })).toEqual({ status: 'Accepted' });
    await waitFor('the certificate', () => calls.some(({ action }) => action === 'CertificateSigned'));
    const chain = calls.find(({ action }) => action === 'CertificateSigned')?.payload['certificateChain'];
    socket.terminate();
    await security.setProfile(device.deviceId, 3, false);
    const good = await open('tls', device, { cert: chain, key });
    expect(good.status).toBe(101);
    good.socket?.terminate();
    await waitFor('the notice', () =>
      edge.observations.some(
        ({ deviceId, event }) =>
          deviceId === device.deviceId && event.type === 'notice' && event.code === 'installed',
      ),
    );
  });

  it('A02: a request for another identity is acknowledged, not signed, and told to people', async () => {
    const device = await chargerWith(2);
    const { socket, calls, call } = await play(device, { status: 'Accepted' });
    const { csr } = await signingRequest('CP-OTHER');
    expect(await call('SignCertificate', { csr })).toEqual({ status: 'Accepted' });
    await waitFor('the notice', () =>
      edge.observations.some(
        ({ deviceId, event }) =>
          deviceId === device.deviceId && event.type === 'notice' && event.code === 'not-signed',
      ),
    );
    expect(calls.map(({ action }) => action)).not.toContain('CertificateSigned');
    socket.terminate();
  });

  it('A03: people hear once of a certificate that runs out, and its station is asked to renew it', async () => {
    const device = await chargerWith(2);
    const { socket, calls } = await play(device, { status: 'Accepted' });
    await security.recordCertificate(device.deviceId, {
      serialNumber: 'ab12',
      purpose: 'ChargingStationCertificate',
      notBefore: new Date(0),
      notAfter: new Date(Date.now() + 86_400_000),
    });
    await waitFor('the request to renew', () =>
      calls.some(({ action }) => action === 'ExtendedTriggerMessage'),
    );
    expect(calls.find(({ action }) => action === 'ExtendedTriggerMessage')?.payload).toEqual({
      requestedMessage: 'SignChargePointCertificate',
    });
    const told = edge.observations.filter(
      ({ deviceId, event }) =>
        deviceId === device.deviceId && event.type === 'notice' && event.code === 'expiring',
    );
    expect(told).toHaveLength(1);
    socket.terminate();
  });
});
