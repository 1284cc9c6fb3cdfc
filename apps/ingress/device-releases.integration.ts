import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DeviceKind } from '#libs/contracts/observation.js';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { connectCharger } from './harness-charger.js';
import { defaultIngressLimits, plainSecurity } from './ingress-config.js';
import {
  memoryBus,
  seedDevice,
  startIngress,
  type IngressHarness,
  type SeededDevice,
} from './ingress-harness.js';

let database: TestDatabase;
let edge: IngressHarness;
beforeAll(async () => {
  database = await createTestDatabase();
  edge = await startIngress({
    pool: database.pool,
    bus: memoryBus(),
    limits: { ...defaultIngressLimits, sweepInterval_ms: 50 },
    ocppPort: 0,
    security: plainSecurity,
    stillAllowed: () => true,
  });
});
afterAll(async () => {
  await edge.stop();
  await database.drop();
});

/** The device has agreed, and whoever heard it died before anything followed. */
async function agreed({ deviceId, siteId }: SeededDevice): Promise<string> {
  const commandId = randomUUID();
  await database.pool.query(
    `INSERT INTO commands (id, location_id, device_id, request, person_id, entitlement, state, enqueued_at, deadline)
     SELECT $1, $2, $3, '{"action": "factory-reset"}', owner_person_id, 'owner:1', 'accepted', now(), now()
       FROM locations WHERE id = $2`,
    [commandId, siteId, deviceId],
  );
  return commandId;
}

const rowsOf = async (table: string, deviceId: string): Promise<number> =>
  (
    await database.pool.query(`SELECT FROM ${table} WHERE ${table === 'devices' ? 'id' : 'device_id'} = $1`, [
      deviceId,
    ])
  ).rows.length;

describe('NB-84: a factory reset that was agreed to', () => {
  it.each(['charger', 'balancer', 'hub'] as const)(
    'ends the binding of a %s although the process that heard it died',
    async (kind: DeviceKind) => {
      const device = await seedDevice(database.pool, kind);
      await agreed(device);
      await waitFor('the end', async () => (await rowsOf('devices', device.deviceId)) === 0);
      expect(await rowsOf('released_devices', device.deviceId)).toBe(1);
      expect(await rowsOf('commands', device.deviceId)).toBe(1);
      const changes = edge.changes.filter(({ siteId }) => siteId === device.siteId);
      expect(changes.map(({ subject }) => subject)).toEqual(['devices', 'topology']);
    },
  );

  it('closes its connection, and its identity opens the door no more', async () => {
    const device = await seedDevice(database.pool, 'charger');
    const charger = await connectCharger(edge.ocppPort, device);
    const closed = new Promise((resolve) => {
      charger.once('close', resolve);
    });
    await agreed(device);
    await closed;
    await expect(connectCharger(edge.ocppPort, device)).rejects.toThrow();
  });

  it('leaves every other device alone', async () => {
    const [goes, stays] = [
      await seedDevice(database.pool, 'charger'),
      await seedDevice(database.pool, 'charger'),
    ];
    await database.pool.query(
      `INSERT INTO commands (id, location_id, device_id, request, person_id, entitlement, state, enqueued_at, deadline)
       VALUES ($1, $2, $3, '{"action": "factory-reset"}', 'p', 'owner:1', 'rejected', now(), now())`,
      [randomUUID(), stays.siteId, stays.deviceId],
    );
    await agreed(goes);
    await waitFor('the end', async () => (await rowsOf('devices', goes.deviceId)) === 0);
    expect(await rowsOf('devices', stays.deviceId)).toBe(1);
  });
});
