import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { PostgresCommandQueue } from './command-queue.js';
import { PostgresDeviceRegistry } from './device-registry.js';
import { PostgresTwinStore } from './twin-store.js';

let database: TestDatabase;
let registry: PostgresDeviceRegistry;
let queue: PostgresCommandQueue;
let twins: PostgresTwinStore;
let siteId: string;
let deviceId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  registry = new PostgresDeviceRegistry(database.pool);
  queue = new PostgresCommandQueue(database.pool);
  twins = new PostgresTwinStore(database.pool);
});
afterAll(() => database.drop());
beforeEach(async () => {
  siteId = randomUUID();
  deviceId = randomUUID();
  await database.pool.query(`INSERT INTO identity."user" (id, name, email) VALUES ($1, 'P', $1)`, [siteId]);
  await database.pool.query(
    `INSERT INTO locations (id, name, time_zone, owner_person_id) VALUES ($1, 'Home', 'Europe/Oslo', $2)`,
    [siteId, siteId],
  );
  await database.pool.query(
    `INSERT INTO devices (id, location_id, kind, identity, name) VALUES ($1, $2, 'charger', $3, 'Garage')`,
    [deviceId, siteId, `CP-${deviceId}`],
  );
});

const now = Date.UTC(2026, 0, 5, 8);
async function enqueue(request: object, deadline: number): Promise<string> {
  const id = randomUUID();
  await database.pool.query(
    `INSERT INTO commands (id, location_id, device_id, request, person_id, entitlement, enqueued_at, deadline)
     VALUES ($1, $2, $3, $4, 'p', 'owner', $5, $6)`,
    [id, siteId, deviceId, JSON.stringify(request), new Date(now), new Date(deadline)],
  );
  return id;
}
const reset = { action: 'reset', type: 'Soft' };

describe('device registry', () => {
  it('finds a device by what it calls itself', async () => {
    expect(await registry.find(`CP-${deviceId}`)).toEqual({
      deviceId,
      siteId,
      kind: 'charger',
      identity: `CP-${deviceId}`,
      name: 'Garage',
      secretHash: null,
      nextSecretHash: null,
      bootstrapCredential: false,
      securityProfile: 1,
    });
    expect(await registry.find('nobody')).toBeNull();
  });

  it('connection epochs rise without a gap or a double, however many arrive at once', async () => {
    const opened = await Promise.all(Array.from({ length: 10 }, () => registry.openConnection(deviceId)));
    expect(opened.map((each) => each.connectionEpoch).toSorted((a, b) => a - b)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
    expect(await registry.replaced([{ deviceId, connectionEpoch: 9 }])).toEqual([deviceId]);
    expect(await registry.replaced([{ deviceId, connectionEpoch: 10 }])).toEqual([]);
    expect(await registry.replaced([])).toEqual([]);
  });

  it('remembers a boot over connections', async () => {
    expect((await registry.openConnection(deviceId)).bootedBefore).toBe(false);
    await registry.recordBoot(deviceId, now, { vendor: 'Nordlys', model: 'One' });
    expect((await registry.openConnection(deviceId)).bootedBefore).toBe(true);
  });

  it('a token is what its location says; a recent remote start makes an unknown one good, never a blocked one', async () => {
    const device = { deviceId, siteId };
    await database.pool.query(
      `INSERT INTO id_tokens (location_id, token, status) VALUES ($1, 'A', 'Accepted'), ($1, 'B', 'Blocked')`,
      [siteId],
    );
    const status = async (token: string) => (await registry.idTokenInfo(device, token, now - 1_000)).status;
    expect([await status('A'), await status('B'), await status('C')]).toEqual([
      'Accepted',
      'Blocked',
      'Invalid',
    ]);
    for (const idToken of ['B', 'C', 'D'])
      await enqueue({ action: 'remote-start', connector: 1, idToken }, now + 1_000);
    expect(await status('C')).toBe('Invalid');
    for (const command of await queue.queued(deviceId, 9))
      await queue.markSent(command.commandId, command.request.action === 'remote-start' ? now : 0);
    expect([await status('B'), await status('C')]).toEqual(['Blocked', 'Accepted']);
    expect((await registry.idTokenInfo(device, 'C', now + 1)).status).toBe('Invalid');
    const elsewhere = { deviceId: randomUUID(), siteId };
    expect((await registry.idTokenInfo(elsewhere, 'C', now - 1_000)).status).toBe('Invalid');
  });
});

describe('command queue', () => {
  it('of many that hold a command one sends it and one ends it', async () => {
    const id = await enqueue(reset, now + 1_000);
    const sent = await Promise.all(Array.from({ length: 5 }, () => queue.markSent(id, now)));
    expect(sent.filter(Boolean)).toHaveLength(1);
    const end = { state: 'accepted', answer: { status: 'Accepted' }, reason: null, at: now } as const;
    expect(await queue.end(id, 'queued', end)).toBe(false);
    expect(await queue.end(id, 'sent', end)).toBe(true);
    expect(await queue.end(id, 'sent', { ...end, state: 'failed' })).toBe(false);
    expect(await queue.queued(deviceId, 9)).toEqual([]);
  });

  it('lists what waits, oldest first, with its proof', async () => {
    const id = await enqueue(reset, now + 1_000);
    expect(await queue.queued(deviceId, 9)).toEqual([
      {
        commandId: id,
        siteId,
        deviceId,
        request: reset,
        proof: { personId: 'p', entitlement: 'owner' },
        enqueuedAt: now,
        deadline: now + 1_000,
      },
    ]);
  });

  it('the sweep ends what nobody carries any more, and only that', async () => {
    const [late, lost, fresh, underway] = [
      await enqueue(reset, now - 1),
      await enqueue(reset, now - 1),
      await enqueue(reset, now + 1_000),
      await enqueue(reset, now - 1),
    ];
    await queue.markSent(lost, now - 61_000);
    await queue.markSent(underway, now - 1_000);
    const swept = (await queue.sweep(now, now - 60_000)).filter((each) => each.siteId === siteId);
    expect(swept.map(({ commandId, state }) => ({ commandId, state }))).toEqual(
      expect.arrayContaining([
        { commandId: late, state: 'expired' },
        { commandId: lost, state: 'failed' },
      ]),
    );
    expect(swept).toHaveLength(2);
    expect((await queue.queued(deviceId, 9)).map((command) => command.commandId)).toEqual([fresh]);
  });

  it('a command that a charger has not answered is left to its connection, which times the call itself', async () => {
    const id = await enqueue(reset, now + 600_000);
    await queue.markSent(id, now - 600_000);
    const swept = await queue.sweepUnanswered(now, now - 30_000);
    expect(swept.map(({ commandId }) => commandId)).not.toContain(id);
    expect(await queue.sentTo(deviceId, id)).toMatchObject({ commandId: id });
    expect(await queue.failed(deviceId, id)).toBeNull();
  });
});

describe('twin', () => {
  it('merges what is reported, removes what is null, and counts changes only', async () => {
    const version = async () =>
      (await database.pool.query('SELECT reported_version FROM twins WHERE device_id = $1', [deviceId]))
        .rows[0]?.reported_version as number;
    expect(await twins.read(deviceId)).toMatchObject({ desired: {}, reported: {}, reportedVersion: 0 });
    await twins.report(deviceId, { maxCurrent_A: 16 }, 1);
    expect(await twins.report(deviceId, { brightness_percent: 0 }, 2)).toBe(true);
    expect(await twins.report(deviceId, { brightness_percent: 0 }, 3)).toBe(false);
    expect((await twins.read(deviceId)).reported).toEqual({ maxCurrent_A: 16, brightness_percent: 0 });
    expect(await version()).toBe(2);
    await twins.report(deviceId, { maxCurrent_A: null }, 4);
    expect((await twins.read(deviceId)).reported).toEqual({ brightness_percent: 0 });
  });
});
