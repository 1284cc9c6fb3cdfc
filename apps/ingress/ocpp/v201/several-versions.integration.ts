import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RPCClient } from 'ocpp-rpc';
import type { CommandRequest } from '#libs/contracts/command.js';
import type { Limit } from '#libs/contracts/limit.js';
import type { DeviceEvent } from '#libs/devices/device-event.js';
import { schemasOf } from '#libs/protocols/ocppj/schema.js';
import type { OcppVersion } from '#libs/protocols/ocppj/version.js';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { connectStation } from '../../harness-charger.js';
import { defaultIngressLimits, plainSecurity } from '../../ingress-config.js';
import {
  memoryBus,
  seedDevice,
  startIngress,
  type IngressHarness,
  type SeededDevice,
} from '../../ingress-harness.js';

const limits = {
  ...defaultIngressLimits,
  limitTimeout_ms: 1_000,
  callTimeout_ms: 1_000,
  sweepInterval_ms: 50,
};

let database: TestDatabase;
let edge: IngressHarness;
beforeAll(async () => {
  database = await createTestDatabase();
  const bus = memoryBus();
  edge = await startIngress({
    pool: database.pool,
    bus,
    limits,
    ocppPort: 0,
    stillAllowed: () => true,
    security: plainSecurity,
  });
});
afterAll(async () => {
  await edge.stop();
  await database.drop();
});

interface Station {
  readonly device: SeededDevice;
  readonly client: RPCClient;
  readonly calls: { readonly method: string; readonly params: Record<string, unknown> }[];
}

/** A strict station (somebody else's OCPP client) that answers every call with `answer`. */
async function connect(
  device: SeededDevice,
  versions: readonly OcppVersion[],
  answer: (method: string) => object,
): Promise<Station> {
  const client = await connectStation(edge.ocppPort, device, versions);
  const calls: Station['calls'] = [];
  client.handle(async ({ method = '', params }) => {
    calls.push({ method, params: params as Record<string, unknown> });
    expect(schemasOf(client.protocol as OcppVersion).checkRequest(method, params)).toBeNull();
    return answer(method) as Record<string, unknown>;
  });
  return { device, client, calls };
}

const accepting = () => ({ status: 'Accepted' });
const chargingStation = { vendorName: 'Nordlys', model: 'Two', firmwareVersion: '2.0' };

async function bootedStation(version: 'ocpp2.0.1' | 'ocpp2.1'): Promise<Station> {
  const station = await connect(await seedDevice(database.pool, 'charger'), [version], accepting);
  await station.client.call('BootNotification', { reason: 'PowerUp', chargingStation });
  return station;
}

const heardFrom = ({ deviceId }: SeededDevice): DeviceEvent[] =>
  edge.observations.filter((each) => each.deviceId === deviceId).map(({ event }) => event);
const typesFrom = (device: SeededDevice): string[] => heardFrom(device).map(({ type }) => type);
const started = (device: SeededDevice) =>
  waitFor('transaction-started', () => {
    const event = heardFrom(device).find(({ type }) => type === 'transaction-started');
    return event?.type === 'transaction-started' ? event : null;
  });
const statusOf = (device: SeededDevice): string | undefined => {
  const event = heardFrom(device).findLast(({ type }) => type === 'connector-status');
  return event?.type === 'connector-status' ? event.status : undefined;
};

const transactionEvent = (eventType: string, seqNo: number, change: object) => ({
  eventType,
  timestamp: new Date(Date.now() - 1_000 + seqNo).toISOString(),
  triggerReason: 'ChargingStateChanged',
  seqNo,
  transactionInfo: { transactionId: 'T-1' },
  ...change,
});
const idToken = { idToken: 'CARD-1', type: 'ISO14443' };
const register = (value: number) => [{ timestamp: new Date().toISOString(), sampledValue: [{ value }] }];

const limitFor = (device: SeededDevice, change: Partial<Limit>): Limit => ({
  limitId: randomUUID(),
  siteId: device.siteId,
  deviceId: device.deviceId,
  connector: 1,
  transactionId: null,
  current_A: 12.34,
  numberPhases: null,
  ownerEpoch: 3,
  issuedAt: Date.now(),
  leaseUntil: Date.now() + 60_000,
  reason: { code: 'node-full', nodeId: 'main', phase: 'L2', source: 'fuse' },
  ...change,
});
const outcomeOf = (limit: Limit) =>
  waitFor(`the outcome of ${limit.limitId}`, () => {
    const found = edge.observations.find(
      ({ event }) => event.type === 'limit-answered' && event.limitId === limit.limitId,
    );
    return found?.event.type === 'limit-answered' ? found.event.outcome : null;
  });

async function give(device: SeededDevice, request: CommandRequest) {
  const commandId = randomUUID();
  await database.pool.query(
    `INSERT INTO commands (id, location_id, device_id, request, person_id, entitlement, enqueued_at, deadline)
     VALUES ($1, $2, $3, $4, 'someone', 'owner', now(), now() + interval '1 minute')`,
    [commandId, device.siteId, device.deviceId, JSON.stringify(request)],
  );
  const proof = { personId: 'someone', entitlement: 'owner' };
  const { siteId, deviceId } = device;
  const enqueuedAt = Date.now();
  const deadline = enqueuedAt + 60_000;
  await edge.bus.publish('commands', { commandId, siteId, deviceId, request, proof, enqueuedAt, deadline });
  return waitFor(`the end of ${request.action}`, async () => {
    const { rows } = await database.pool.query<{ state: string; reason: string | null }>(
      `SELECT state, reason FROM commands WHERE id = $1 AND finished_at IS NOT NULL`,
      [commandId],
    );
    return rows[0] ?? null;
  });
}

describe('several OCPP versions on one port', () => {
  it('part 4, 3.1: each station speaks the version it offered first, side by side', async () => {
    const old = await connect(await seedDevice(database.pool, 'charger'), ['ocpp1.6'], accepting);
    const young = await bootedStation('ocpp2.0.1');
    const youngest = await connect(
      await seedDevice(database.pool, 'charger'),
      ['ocpp2.1', 'ocpp2.0.1', 'ocpp1.6'],
      accepting,
    );
    await old.client.call('BootNotification', { chargePointVendor: 'Nordlys', chargePointModel: 'One' });
    await youngest.client.call('BootNotification', { reason: 'PowerUp', chargingStation });
    expect([old, young, youngest].map(({ client }) => client.protocol)).toEqual([
      'ocpp1.6',
      'ocpp2.0.1',
      'ocpp2.1',
    ]);
    for (const [{ device }, protocol] of [
      [old, 'ocpp1.6'],
      [young, 'ocpp2.0.1'],
      [youngest, 'ocpp2.1'],
    ] as const)
      expect(heardFrom(device)[0]).toMatchObject({ type: 'connected', protocol });
    // The same limit, in each one's own words.
    for (const [{ device, calls }, purpose] of [
      [old, { csChargingProfiles: { chargingProfilePurpose: 'TxDefaultProfile' } }],
      [young, { evseId: 1, chargingProfile: { chargingProfilePurpose: 'TxDefaultProfile' } }],
      [youngest, { evseId: 1, chargingProfile: { chargingProfilePurpose: 'TxDefaultProfile' } }],
    ] as const) {
      const limit = limitFor(device, { leaseUntil: null });
      await edge.bus.publish('limits', limit);
      expect(await outcomeOf(limit)).toBe('accepted');
      expect(calls.find(({ method }) => method === 'SetChargingProfile')?.params).toMatchObject(purpose);
    }
    for (const { client } of [old, young, youngest]) await client.close();
  });

  it('part 4, 4.3: a message of the other generation and a bad one are refused in the words of this one', async () => {
    const { client } = await bootedStation('ocpp2.1');
    const refused = (method: string, params: object) =>
      expect(client.call(method, params as Record<string, unknown>)).rejects;
    await refused('StartTransaction', {}).toMatchObject({ rpcErrorCode: 'NotImplemented' });
    await refused('Authorize', { idToken: { type: 'Central' } }).toMatchObject({
      rpcErrorCode: 'OccurrenceConstraintViolation',
    });
    await refused('BatterySwap', {}).toMatchObject({ rpcErrorCode: 'NotSupported' });
    await client.close();
  });
});

describe.each(['ocpp2.0.1', 'ocpp2.1'] as const)('a charging session over %s', (version) => {
  it('E02, J02, K01: from the cable to the end, limits by the station’s own transaction', async () => {
    const { device, client, calls } = await bootedStation(version);
    const status = (connectorStatus: string) =>
      client.call('StatusNotification', {
        timestamp: new Date(Date.now() - 2_000).toISOString(),
        connectorStatus,
        evseId: 1,
        connectorId: 1,
      });
    await status('Occupied');
    expect(statusOf(device)).toBe('Preparing');
    await client.call(
      'TransactionEvent',
      transactionEvent('Started', 0, { evse: { id: 1, connectorId: 1 } }),
    );
    const { transactionId } = await started(device);
    expect(
      await client.call(
        'TransactionEvent',
        transactionEvent('Updated', 1, {
          idToken,
          meterValue: register(500),
          transactionInfo: { transactionId: 'T-1', chargingState: 'Charging' },
        }),
      ),
    ).toEqual({ idTokenInfo: { status: 'Accepted' } });
    await waitFor('Charging', () => (statusOf(device) === 'Charging' ? true : null));

    const limit = limitFor(device, { transactionId });
    await edge.bus.publish('limits', limit);
    expect(await outcomeOf(limit)).toBe('accepted');
    expect(calls.findLast(({ method }) => method === 'SetChargingProfile')?.params).toMatchObject({
      evseId: 1,
      chargingProfile: { transactionId: 'T-1', chargingProfilePurpose: 'TxProfile' },
    });

    await client.call(
      'TransactionEvent',
      transactionEvent('Ended', 2, {
        meterValue: register(2_500),
        transactionInfo: { transactionId: 'T-1', chargingState: 'EVConnected', stoppedReason: 'Remote' },
      }),
    );
    const ended = await waitFor('transaction-ended', () =>
      heardFrom(device).find(({ type }) => type === 'transaction-ended'),
    );
    expect(ended).toMatchObject({ connector: 1, transactionId, meterStop_Wh: 2_500, reason: 'Remote' });
    await waitFor('Finishing', () => (statusOf(device) === 'Finishing' ? true : null));
    await status('Available');
    expect(statusOf(device)).toBe('Available');
    await client.close();
  });
});

describe('transactions over OCPP 2.0.1', () => {
  it('E04, E12: a replay on another connection gets the stored answer and makes no second transaction', async () => {
    const first = await bootedStation('ocpp2.0.1');
    const event = transactionEvent('Started', 0, { evse: { id: 1 }, idToken, offline: true });
    const answer = await first.client.call('TransactionEvent', event);
    await database.pool.query(`UPDATE id_tokens SET status = 'Blocked' WHERE location_id = $1`, [
      first.device.siteId,
    ]);
    await first.client.close();
    const again = await connect(first.device, ['ocpp2.0.1'], accepting);
    expect(await again.client.call('TransactionEvent', event)).toEqual(answer);
    const { rows } = await database.pool.query('SELECT id FROM charging_transactions WHERE device_id = $1', [
      first.device.deviceId,
    ]);
    expect(rows).toHaveLength(1);
    await again.client.close();
  });

  it('E12: the end before the start, at 1970: the house hears both, and in that order', async () => {
    const { device, client } = await bootedStation('ocpp2.0.1');
    const at = (timestamp: string) => ({ timestamp, offline: true });
    await client.call('TransactionEvent', transactionEvent('Ended', 1, at('1970-01-01T01:00:00Z')));
    expect(typesFrom(device)).not.toContain('transaction-ended');
    await client.call(
      'TransactionEvent',
      transactionEvent('Started', 0, { evse: { id: 1 }, ...at('1970-01-01T00:00:00Z') }),
    );
    await waitFor('both', () => (typesFrom(device).includes('transaction-ended') ? true : null));
    expect(typesFrom(device).filter((type) => type.startsWith('transaction-'))).toEqual([
      'transaction-started',
      'transaction-ended',
    ]);
    await client.close();
  });

  it('a limit for a transaction the station never named is not sent', async () => {
    const { device, client, calls } = await bootedStation('ocpp2.0.1');
    const limit = limitFor(device, { transactionId: 2_000_000_000 });
    await edge.bus.publish('limits', limit);
    expect(await outcomeOf(limit)).toBe('undelivered');
    expect(calls.map(({ method }) => method)).not.toContain('SetChargingProfile');
    await client.close();
  });
});

describe('calls to an OCPP 2.0.1 station', () => {
  it('F03: a session is stopped by the name the station gave it', async () => {
    const { device, client, calls } = await bootedStation('ocpp2.0.1');
    await client.call('TransactionEvent', transactionEvent('Started', 0, { evse: { id: 1 }, idToken }));
    const { transactionId } = await started(device);
    expect(await give(device, { action: 'remote-stop', transactionId })).toMatchObject({ state: 'accepted' });
    expect(calls.find(({ method }) => method === 'RequestStopTransaction')?.params).toEqual({
      transactionId: 'T-1',
    });
    await client.close();
  });

  it('F01: a remote start lets its token in', async () => {
    const { device, client } = await bootedStation('ocpp2.0.1');
    const guest = { idToken: 'GUEST-7', type: 'Central' };
    const authorize = () => client.call('Authorize', { idToken: guest });
    expect(await authorize()).toEqual({ idTokenInfo: { status: 'Invalid' } });
    const request = { action: 'remote-start' as const, connector: 1, idToken: 'GUEST-7' };
    expect(await give(device, request)).toMatchObject({ state: 'accepted' });
    expect(await authorize()).toEqual({ idTokenInfo: { status: 'Accepted' } });
    await client.close();
  });

  it('what the station cannot be asked ends as rejected, with the reason', async () => {
    const { device, client } = await bootedStation('ocpp2.0.1');
    expect(await give(device, { action: 'set-brightness', brightness_percent: 5 })).toEqual({
      state: 'rejected',
      reason: expect.stringMatching(/no known setting/),
    });
    await client.close();
  });

  it('B07: it is asked for its device model once per firmware, after its boot is answered', async () => {
    const { device, client, calls } = await bootedStation('ocpp2.0.1');
    const asked = () => calls.filter(({ method }) => method === 'GetBaseReport');
    await waitFor('the question', () => asked()[0]);
    expect(asked()[0]?.params).toMatchObject({ reportBase: 'FullInventory' });
    const boot = (firmwareVersion: string) =>
      client.call('BootNotification', {
        reason: 'FirmwareUpdate',
        chargingStation: { ...chargingStation, firmwareVersion },
      });
    await boot('2.0');
    await boot('2.1');
    await waitFor('the second question', () => asked()[1]);
    expect(asked()).toHaveLength(2);
    await give(device, { action: 'reset', type: 'Soft' });
    expect(asked()).toHaveLength(2);
    await client.close();
  });
});
