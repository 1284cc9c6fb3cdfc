import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MqttDevice } from '#libs/testing/mqtt-device.js';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { defaultIngressLimits, plainSecurity } from '../ingress-config.js';
import {
  memoryBus,
  seedDevice,
  startIngress,
  type IngressHarness,
  type SeededDevice,
} from '../ingress-harness.js';

let database: TestDatabase;
let edge: IngressHarness;
beforeAll(async () => {
  database = await createTestDatabase();
  edge = await startIngress({
    pool: database.pool,
    bus: memoryBus(),
    limits: { ...defaultIngressLimits, sweepInterval_ms: 20, eventRequest_ms: 60 },
    ocppPort: 0,
    security: plainSecurity,
    stillAllowed: () => true,
  });
});
afterAll(async () => {
  await edge.stop();
  await database.drop();
});

const connect = (device: SeededDevice): Promise<MqttDevice> =>
  MqttDevice.connect(
    `mqtt://127.0.0.1:${edge.mqttPort}`,
    device,
    ['event-acknowledged', 'event-request'],
    {},
  );
const raise = (device: MqttDevice, sequence: number): Promise<void> =>
  device.tell('event', {
    timeMs: '7',
    sequence: String(sequence),
    category: 'EVENT_CATEGORY_ALARM',
    code: 'BA',
    text: 'Door',
  });
const ranges = (device: MqttDevice): string[] =>
  device.bodies('event-request').map((body) => `${body['fromSequence']}-${body['toSequence']}`);
const held = async ({ deviceId }: SeededDevice): Promise<number[]> => {
  const { rows } = await database.pool.query<{ sequence: number }>(
    'SELECT sequence FROM hub_events WHERE device_id = $1 ORDER BY sequence',
    [deviceId],
  );
  return rows.map(({ sequence }) => sequence);
};

describe('QoS 1, journal first: what the journal of a hub lacks', () => {
  it('is asked for by range as soon as it shows, each gap for itself, and no more once it is there', async () => {
    const hub = await seedDevice(database.pool, 'hub');
    const device = await connect(hub);
    for (const sequence of [10, 13, 14, 20]) await raise(device, sequence);
    await waitFor('both gaps', () => ranges(device).includes('11-12') && ranges(device).includes('15-19'));
    for (const sequence of [11, 12, 15, 16, 17, 18, 19]) await raise(device, sequence);
    await waitFor('the acknowledgement of all', () =>
      device.bodies('event-acknowledged').some((body) => body['sequence'] === '20'),
    );
    const asked = ranges(device).length;
    await raise(device, 21);
    await waitFor('the next one', () =>
      device.bodies('event-acknowledged').some((body) => body['sequence'] === '21'),
    );
    expect(ranges(device)).toHaveLength(asked);
    expect(await held(hub)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21]);
    await device.end();
  });

  it('is asked for again while it stands, with growing pauses, and again on the next connection', async () => {
    const hub = await seedDevice(database.pool, 'hub');
    const device = await connect(hub);
    await raise(device, 1);
    await raise(device, 3);
    await waitFor('three requests', () => ranges(device).length >= 3);
    expect(new Set(ranges(device))).toEqual(new Set(['2-2']));
    await device.end();
    const again = await connect(hub);
    await waitFor('the request', () => ranges(again).includes('2-2'));
    await raise(again, 2);
    expect(await held(hub)).toEqual([1, 2, 3]);
    await again.end();
  });

  it('a repeated event is acknowledged again and kept once', async () => {
    const hub = await seedDevice(database.pool, 'hub');
    const device = await connect(hub);
    for (let time = 0; time < 3; time++) await raise(device, 5);
    expect(await held(hub)).toEqual([5]);
    await device.end();
  });
});
