import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RPCClient } from 'ocpp-rpc';
import type { CommandMessage, CommandRequest } from '#libs/contracts/command.js';
import type { Limit } from '#libs/contracts/limit.js';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { connectCharger, openRawSocket } from '../harness-charger.js';
import { defaultIngressLimits, plainSecurity } from '../ingress-config.js';
import {
  memoryBus,
  seedDevice,
  startIngress,
  type IngressHarness,
  type SeededDevice,
} from '../ingress-harness.js';

const limits = { ...defaultIngressLimits, limitTimeout_ms: 300, callTimeout_ms: 300, sweepInterval_ms: 50 };
const withdrawn = new Set<string>();

let database: TestDatabase;
let edge: IngressHarness;
beforeAll(async () => {
  database = await createTestDatabase();
  edge = await startIngress({
    pool: database.pool,
    bus: memoryBus(),
    limits,
    ocppPort: 0,
    security: plainSecurity,
    stillAllowed: (command) => !withdrawn.has(command.commandId),
  });
});
afterAll(async () => {
  await edge.stop();
  await database.drop();
});

/** At a location without tokens nothing but what a test sends goes to the charger. */
async function chargerWithoutCards(): Promise<SeededDevice> {
  const device = await seedDevice(database.pool, 'charger');
  await database.pool.query('DELETE FROM id_tokens WHERE location_id = $1', [device.siteId]);
  return device;
}

const boot = { chargePointVendor: 'Nordlys', chargePointModel: 'One' };

interface Played {
  readonly device: SeededDevice;
  readonly client: RPCClient;
  readonly calls: { method: string; params: unknown }[];
}

/** A booted charger that answers every call with `answer`. */
async function play(answer: (method: string) => object): Promise<Played> {
  const device = await chargerWithoutCards();
  const client = await connectCharger(edge.ocppPort, device);
  const calls: Played['calls'] = [];
  client.handle(async ({ method = '', params }) => {
    calls.push({ method, params });
    return answer(method) as Record<string, unknown>;
  });
  await client.call('BootNotification', boot);
  return { device, client, calls };
}
const accepting = () => ({ status: 'Accepted' });

const limitFor = (device: SeededDevice, change: Partial<Limit>): Limit => ({
  limitId: randomUUID(),
  siteId: device.siteId,
  deviceId: device.deviceId,
  connector: 1,
  transactionId: 7,
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

async function give(
  device: SeededDevice,
  request: CommandRequest,
  deadline_ms: number,
): Promise<CommandMessage> {
  const command: CommandMessage = {
    commandId: randomUUID(),
    siteId: device.siteId,
    deviceId: device.deviceId,
    request,
    proof: { personId: 'someone', entitlement: 'owner' },
    enqueuedAt: Date.now(),
    deadline: Date.now() + deadline_ms,
  };
  await database.pool.query(
    `INSERT INTO commands (id, location_id, device_id, request, person_id, entitlement, enqueued_at, deadline)
     VALUES ($1, $2, $3, $4, 'someone', 'owner', $5, $6)`,
    [
      command.commandId,
      device.siteId,
      device.deviceId,
      JSON.stringify(request),
      new Date(command.enqueuedAt),
      new Date(command.deadline),
    ],
  );
  await edge.bus.publish('commands', command);
  return command;
}
async function row(command: CommandMessage): Promise<Record<string, unknown>> {
  const { rows } = await database.pool.query('SELECT state, answer, reason FROM commands WHERE id = $1', [
    command.commandId,
  ]);
  return rows[0] as Record<string, unknown>;
}
const ended = (command: CommandMessage) =>
  waitFor(`the end of ${command.request.action}`, async () => {
    const found = await row(command);
    return found['state'] === 'queued' || found['state'] === 'sent' ? null : found;
  });

describe('limits to chargers', () => {
  it('a lease is a TxProfile with validTo, rounded down to 0.1 A, and its answer is an observation', async () => {
    const { device, client, calls } = await play(accepting);
    const limit = limitFor(device, {});
    await edge.bus.publish('limits', limit);
    expect(await outcomeOf(limit)).toBe('accepted');
    expect(calls).toEqual([
      {
        method: 'SetChargingProfile',
        params: expect.objectContaining({
          csChargingProfiles: expect.objectContaining({
            transactionId: 7,
            chargingProfilePurpose: 'TxProfile',
            validTo: new Date(limit.leaseUntil ?? 0).toISOString(),
            chargingSchedule: expect.objectContaining({
              chargingSchedulePeriod: [{ startPeriod: 0, limit: 12.3 }],
            }),
          }),
        }),
      },
    ]);
    await client.close({});
  });

  it('a refusal of the charger is `rejected`', async () => {
    const { device, client } = await play(() => ({ status: 'Rejected' }));
    const limit = limitFor(device, {});
    await edge.bus.publish('limits', limit);
    expect(await outcomeOf(limit)).toBe('rejected');
    await client.close({});
  });

  it('I1: a newer limit overtakes a waiting one, no answer in time is `unknown`, a late answer is dropped', async () => {
    const device = await chargerWithoutCards();
    const { socket, frames } = await openRawSocket(edge.ocppPort, device);
    socket.send(JSON.stringify([2, 'b', 'BootNotification', boot]));
    await waitFor('the boot answer', () => frames.length === 1);
    const silent = limitFor(device, {});
    const overtaken = limitFor(device, { current_A: 8 });
    const newer = limitFor(device, { current_A: 6 });
    for (const limit of [silent, overtaken, newer]) await edge.bus.publish('limits', limit);
    expect(await outcomeOf(overtaken)).toBe('undelivered');
    expect(await outcomeOf(silent)).toBe('unknown');
    await outcomeOf(newer);
    const next = limitFor(device, { current_A: 10 });
    await edge.bus.publish('limits', next);
    const call = await waitFor('the next call', () =>
      frames.find((frame) => JSON.stringify(frame).includes('"limit":10}')),
    );
    socket.send(JSON.stringify([3, frames[1]?.[1], { status: 'Accepted' }]));
    socket.send(JSON.stringify([3, call[1], { status: 'Rejected' }]));
    expect(await outcomeOf(next)).toBe('rejected');
    socket.terminate();
  });

  it('I1: a limit that the bus delivers twice is sent and answered once', async () => {
    const device = await chargerWithoutCards();
    const { socket, frames } = await openRawSocket(edge.ocppPort, device);
    socket.send(JSON.stringify([2, 'b', 'BootNotification', boot]));
    await waitFor('the boot answer', () => frames.length === 1);
    const first = limitFor(device, {});
    const repeated = limitFor(device, { current_A: 8 });
    for (const limit of [first, repeated, repeated]) await edge.bus.publish('limits', limit);
    const answer = async (ordinal: number): Promise<void> => {
      const call = await waitFor(`call ${ordinal}`, () => frames[ordinal]);
      socket.send(JSON.stringify([3, call[1], { status: 'Accepted' }]));
    };
    await answer(1);
    await answer(2);
    expect(await outcomeOf(repeated)).toBe('accepted');
    const answers = edge.observations.filter(
      ({ event }) => event.type === 'limit-answered' && event.limitId === repeated.limitId,
    );
    expect(answers).toHaveLength(1);
    socket.terminate();
  });

  it('a connection lost after sending is `unknown`', async () => {
    const device = await chargerWithoutCards();
    const { socket, frames } = await openRawSocket(edge.ocppPort, device);
    socket.send(JSON.stringify([2, 'b', 'BootNotification', boot]));
    await waitFor('the boot answer', () => frames.length === 1);
    const limit = limitFor(device, {});
    await edge.bus.publish('limits', limit);
    await waitFor('the call', () => frames.length === 2);
    socket.terminate();
    expect(await outcomeOf(limit)).toBe('unknown');
  });

  it('a charger that never booted is sent nothing, the limit is `undelivered`', async () => {
    const device = await chargerWithoutCards();
    const client = await connectCharger(edge.ocppPort, device);
    await client.call('Heartbeat', {});
    const limit = limitFor(device, {});
    await edge.bus.publish('limits', limit);
    expect(await outcomeOf(limit)).toBe('undelivered');
    await client.close({});
  });

  it('OCPP 1.6 4.2: after a reconnect without boot the first valid call settles the charger', async () => {
    const { device, client } = await play(accepting);
    await client.close({});
    const again = await connectCharger(edge.ocppPort, device);
    again.handle(async () => ({ status: 'Accepted' }));
    await again.call('Heartbeat', {});
    const limit = limitFor(device, {});
    await edge.bus.publish('limits', limit);
    expect(await outcomeOf(limit)).toBe('accepted');
    await again.close({});
  });

  it('after a takeover the limits reach the newer connection, also once the older one has ended', async () => {
    const { device, client } = await play(accepting);
    const again = await connectCharger(edge.ocppPort, device);
    again.handle(async () => ({ status: 'Accepted' }));
    await again.call('Heartbeat', {});
    await waitFor('the end of the older connection', () =>
      edge.observations.some(
        ({ deviceId, event }) => deviceId === device.deviceId && event.type === 'disconnected',
      ),
    );
    const limit = limitFor(device, {});
    await edge.bus.publish('limits', limit);
    expect(await outcomeOf(limit)).toBe('accepted');
    await client.close({});
    await again.close({});
  });

  it('allocation I1 over a change of owner: a limit of an older epoch is refused', async () => {
    const { device, client, calls } = await play(accepting);
    const current = limitFor(device, { ownerEpoch: 9 });
    await edge.bus.publish('limits', current);
    await outcomeOf(current);
    await edge.bus.publish('limits', limitFor(device, { numberPhases: null, ownerEpoch: 8, current_A: 32 }));
    const next = limitFor(device, { numberPhases: null, ownerEpoch: 9, current_A: 10 });
    await edge.bus.publish('limits', next);
    expect(await outcomeOf(next)).toBe('accepted');
    expect(calls).toHaveLength(2);
    await client.close({});
  });
});

describe('commands to chargers', () => {
  it('keeps the verbatim answer and announces every state', async () => {
    const { device, client } = await play(() => ({ status: 'Unlocked' }));
    const command = await give(device, { action: 'unlock-connector', connector: 1 }, 5_000);
    expect(await ended(command)).toEqual({ state: 'accepted', answer: { status: 'Unlocked' }, reason: null });
    const changes = () => edge.changes.filter((change) => change.subjectId === command.commandId);
    await waitFor('sent and accepted', () => changes().length === 2);
    await client.close({});
  });

  it('set-max-current is a ChargePointMaxProfile and becomes the reported setting', async () => {
    const { device, client, calls } = await play(accepting);
    await ended(await give(device, { action: 'set-max-current', current_A: 16 }, 5_000));
    expect(calls[0]?.params).toMatchObject({
      connectorId: 0,
      csChargingProfiles: { chargingProfilePurpose: 'ChargePointMaxProfile' },
    });
    const { rows } = await database.pool.query('SELECT reported FROM twins WHERE device_id = $1', [
      device.deviceId,
    ]);
    expect(rows).toEqual([{ reported: { maxCurrent_A: 16 } }]);
    await client.close({});
  });

  it('a right that died while the command waited drops it before the wire', async () => {
    const device = await chargerWithoutCards();
    const command = await give(device, { action: 'reset', type: 'Soft' }, 5_000);
    withdrawn.add(command.commandId);
    const client = await connectCharger(edge.ocppPort, device);
    const calls: string[] = [];
    client.handle(async ({ method = '' }) => {
      calls.push(method);
      return { status: 'Accepted' };
    });
    await client.call('BootNotification', boot);
    expect(await ended(command)).toMatchObject({
      state: 'dropped',
      reason: expect.stringContaining('right'),
    });
    expect(calls).toEqual([]);
    await client.close({});
  });

  it('commands wait for the boot, then go out in order, then desired settings follow', async () => {
    const device = await chargerWithoutCards();
    await database.pool.query(
      `INSERT INTO twins (device_id, desired) VALUES ($1, '{"brightness_percent":0}')`,
      [device.deviceId],
    );
    const first = await give(device, { action: 'change-configuration', key: 'A', value: '1' }, 5_000);
    const second = await give(device, { action: 'change-configuration', key: 'B', value: '2' }, 5_000);
    const client = await connectCharger(edge.ocppPort, device);
    const keys: unknown[] = [];
    client.handle(async ({ params }) => {
      keys.push(params?.['key']);
      return { status: 'Accepted' };
    });
    await client.call('BootNotification', boot);
    await ended(first);
    await ended(second);
    await waitFor('the setting', () => keys.length === 3);
    expect(keys).toEqual(['A', 'B', 'LightIntensity']);
    await client.close({});
  });

  it('expires a command whose charger never comes', async () => {
    const device = await chargerWithoutCards();
    const command = await give(device, { action: 'reset', type: 'Hard' }, 100);
    expect(await ended(command)).toMatchObject({ state: 'expired' });
  });

  it('a charger that does not answer fails the command and says so', async () => {
    const device = await chargerWithoutCards();
    const { socket, frames } = await openRawSocket(edge.ocppPort, device);
    socket.send(JSON.stringify([2, 'b', 'BootNotification', boot]));
    await waitFor('the boot answer', () => frames.length === 1);
    const command = await give(device, { action: 'reset', type: 'Soft' }, 5_000);
    expect(await ended(command)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('did not answer'),
    });
    socket.terminate();
  });

  it('a schedule needs no charger: it is accepted although none is connected, and says why', async () => {
    const device = await chargerWithoutCards();
    const command = await give(device, { action: 'set-schedule', windows: [] }, 5_000);
    expect(await ended(command)).toMatchObject({
      state: 'accepted',
      reason: expect.stringContaining('load balancing'),
    });
  });

  it('a remote start makes its token good at that charger', async () => {
    const { device, client } = await play(accepting);
    await ended(await give(device, { action: 'remote-start', connector: 1, idToken: 'GUEST-9' }, 5_000));
    expect(await client.call('Authorize', { idTag: 'GUEST-9' })).toEqual({
      idTagInfo: { status: 'Accepted' },
    });
    expect(await client.call('Authorize', { idTag: 'GUEST-8' })).toEqual({
      idTagInfo: { status: 'Invalid' },
    });
    await client.close({});
  });
});
