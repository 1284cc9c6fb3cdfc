import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { create, fromBinary, toBinary, toJsonString } from '@bufbuild/protobuf';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { Socket } from 'node:net';
import {
  BalancerReadingSchema,
  EventAcknowledgedSchema,
  EventCategory,
  HubEventSchema,
} from '#libs/contracts/generated/busbar/v1/device_pb.js';
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
    limits: { ...defaultIngressLimits, handshakeTimeout_ms: 200 },
    ocppPort: 0,
    security: plainSecurity,
    stillAllowed: () => true,
  });
});
afterAll(async () => {
  await edge.stop();
  await database.drop();
});

const connect = (device: SeededDevice, options: IClientOptions): Promise<MqttClient> =>
  connectAsync(
    `mqtt://127.0.0.1:${edge.mqttPort}`,
    {
      clientId: device.identity,
      username: device.identity,
      password: device.secret,
      reconnectPeriod: 0,
      ...options,
    },
    false,
  );
const eventsOf = (device: SeededDevice) =>
  edge.observations.filter((each) => each.deviceId === device.deviceId).map((each) => each.event);
const closeOf = (client: MqttClient) =>
  new Promise<true>((resolve) => {
    client.on('error', () => undefined);
    client.once('close', () => resolve(true));
  });
const refusals = async (reason: string): Promise<number> => {
  const metric = await edge.metrics.getSingleMetric('busbar_ingress_refusals_total')?.get();
  return (
    metric?.values.find(({ labels }) => labels['protocol'] === 'mqtt' && labels['reason'] === reason)
      ?.value ?? 0
  );
};
const reading = () =>
  Buffer.from(
    toBinary(
      BalancerReadingSchema,
      create(BalancerReadingSchema, { timeMs: 5n, currentA: { l1: 1, l2: 2.5, l3: -3 } }),
    ),
  );
const hubEvent = (sequence: bigint) =>
  create(HubEventSchema, { timeMs: 7n, sequence, category: EventCategory.ALARM, code: 'BA', text: 'Door' });

/** Ends every hostile test: the broker still serves a good balancer. */
async function expectGoodService(): Promise<void> {
  const device = await seedDevice(database.pool, 'balancer');
  const client = await connect(device, {});
  await client.publishAsync(`bb/v1/${device.identity}/reading`, reading(), { qos: 1 });
  expect(eventsOf(device).at(-1)).toMatchObject({ type: 'balancer-reading' });
  await client.endAsync();
}

describe('MQTT uplink', () => {
  it('a reading is on the bus when its PUBACK arrives, with the device time and ours', async () => {
    const device = await seedDevice(database.pool, 'balancer');
    const client = await connect(device, {});
    await client.publishAsync(`bb/v1/${device.identity}/reading`, reading(), { qos: 1 });
    expect(eventsOf(device)).toEqual([
      { type: 'connected', connectionEpoch: 1, protocol: 'mqtt' },
      {
        type: 'balancer-reading',
        current_A: [1, 2.5, -3],
        voltage_V: null,
        power_W: null,
        energyImport_Wh: null,
        energyExport_Wh: null,
      },
    ]);
    await client.endAsync();
    await waitFor('the disconnect', () => eventsOf(device).at(-1)?.type === 'disconnected');
    expect(eventsOf(device).at(-1)).toEqual({ type: 'disconnected', connectionEpoch: 1, cause: 'closed' });
  });

  it('QoS 1: a hub event is in the journal when its PUBACK arrives; gaps are asked for again', async () => {
    const device = await seedDevice(database.pool, 'hub');
    const client = await connect(device, {});
    const acknowledged: bigint[] = [];
    client.on('message', (_topic, payload) =>
      acknowledged.push(fromBinary(EventAcknowledgedSchema, payload).sequence),
    );
    await client.subscribeAsync(`bb/v1/${device.identity}/event-acknowledged`, { qos: 1 });
    const held = async () => {
      const { rows } = await database.pool.query<{ sequence: number }>(
        'SELECT sequence FROM hub_events WHERE device_id = $1 ORDER BY sequence',
        [device.deviceId],
      );
      return rows.map((row) => row.sequence);
    };
    for (const sequence of [1n, 3n, 3n, 2n]) {
      const payload = Buffer.from(toBinary(HubEventSchema, hubEvent(sequence)));
      await client.publishAsync(`bb/v1/${device.identity}/event`, payload, { qos: 1 });
      expect(await held()).toContain(Number(sequence));
    }
    expect(await held()).toEqual([1, 2, 3]);
    await waitFor('four acknowledgements', () => acknowledged.length === 4);
    expect(acknowledged).toEqual([1n, 1n, 1n, 3n]);
    await client.endAsync();
  });

  it('accepts the JSON twin of a topic and answers on the JSON twin', async () => {
    const device = await seedDevice(database.pool, 'hub');
    const client = await connect(device, {});
    const answers: unknown[] = [];
    client.on('message', (_topic, payload) => answers.push(JSON.parse(payload.toString())));
    await client.subscribeAsync(`bb/v1/${device.identity}/json/event-acknowledged`);
    const json = toJsonString(HubEventSchema, hubEvent(1n));
    await client.publishAsync(`bb/v1/${device.identity}/json/event`, json, { qos: 1 });
    await waitFor('the answer', () => answers.length === 1);
    expect(answers).toEqual([{ sequence: '1' }]);
    await client.endAsync();
  });

  it('does not acknowledge what the journal could not keep: no PUBACK, the connection ends', async () => {
    const device = await seedDevice(database.pool, 'hub');
    const client = await connect(device, {});
    const closed = closeOf(client);
    let acknowledgedToo = false;
    client.on('packetreceive', (packet) => (acknowledgedToo ||= packet.cmd === 'puback'));
    await database.pool.query('ALTER TABLE hub_events RENAME TO hub_events_away');
    try {
      const payload = Buffer.from(toBinary(HubEventSchema, hubEvent(1n)));
      client.publish(`bb/v1/${device.identity}/event`, payload, { qos: 1 });
      expect(await closed).toBe(true);
      expect(acknowledgedToo).toBe(false);
    } finally {
      await database.pool.query('ALTER TABLE hub_events_away RENAME TO hub_events');
    }
    await expectGoodService();
  });

  it('drops and counts what it cannot read, and goes on', async () => {
    const before = await refusals('bad-payload');
    const device = await seedDevice(database.pool, 'balancer');
    const client = await connect(device, {});
    await client.publishAsync(`bb/v1/${device.identity}/reading`, Buffer.from([0xff, 0xff]), { qos: 1 });
    await client.publishAsync(`bb/v1/${device.identity}/reading`, reading(), { qos: 1 });
    expect(await refusals('bad-payload')).toBe(before + 1);
    expect(eventsOf(device)).toHaveLength(2);
    await client.endAsync();
  });
});

describe('MQTT against strangers and neighbours', () => {
  it.each([
    ['a wrong password', { password: 'wrong' }],
    ['an unknown identity', { username: 'nobody', clientId: 'nobody' }],
    ['a client id that is not registered', { clientId: 'other' }],
    ['a user name that is not the client id', { username: 'other' }],
    ['no password', { password: '' }],
  ])('refuses %s', async (_name, options) => {
    const device = await seedDevice(database.pool, 'balancer');
    await expect(connect(device, options)).rejects.toThrow(/refused/i);
    expect(eventsOf(device)).toEqual([]);
    await expectGoodService();
  });

  it('refuses a charger: it speaks OCPP', async () => {
    await expect(connect(await seedDevice(database.pool, 'charger'), {})).rejects.toThrow(/refused/i);
  });

  it.each([
    ["a neighbour's topic", 'bb/v1/neighbour/reading'],
    ['a topic of another kind of device', 'bb/v1/{id}/event'],
    ['a downlink', 'bb/v1/{id}/event-acknowledged'],
    ['a topic outside the table', 'bb/v1/{id}/constructor'],
    ['a system topic', '$SYS/x'],
  ])('closes the connection of who publishes on %s', async (_name, topic) => {
    const before = await refusals('foreign-topic');
    const device = await seedDevice(database.pool, 'balancer');
    const client = await connect(device, {});
    const closed = closeOf(client);
    client.publish(topic.replace('{id}', device.identity), reading(), { qos: 1 });
    expect(await closed).toBe(true);
    expect(await refusals('foreign-topic')).toBe(before + 1);
    await waitFor('the end', () => eventsOf(device).at(-1)?.type === 'disconnected');
    expect(eventsOf(device).at(-1)).toMatchObject({ cause: 'protocol' });
    await expectGoodService();
  });

  it.each([
    '#',
    'bb/v1/+/event-acknowledged',
    '$share/g/bb/v1/x/event-acknowledged',
    'bb/v1/neighbour/state',
  ])('MQTT 3.1.1 3.9.3: a subscription to %s is answered with 128', async (topic) => {
    const device = await seedDevice(database.pool, 'hub');
    const client = await connect(device, {});
    const granted = await new Promise<unknown>((resolve) => {
      client.on('packetreceive', (packet) => {
        if (packet.cmd === 'suback') resolve(packet.granted);
      });
      client.subscribe(topic, () => undefined);
    });
    expect(granted).toEqual([128]);
    await client.endAsync();
    await expectGoodService();
  });

  it('cuts a packet above the cap by its header alone', async () => {
    const before = await refusals('oversize');
    const device = await seedDevice(database.pool, 'balancer');
    const client = await connect(device, {});
    const closed = closeOf(client);
    client.publish(`bb/v1/${device.identity}/reading`, Buffer.alloc(64 * 1024 + 1), { qos: 0 });
    expect(await closed).toBe(true);
    expect(await refusals('oversize')).toBe(before + 1);
    await expectGoodService();
  });

  it('cuts a connection that never says who it is', async () => {
    const socket = new Socket();
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.connect(edge.mqttPort, '127.0.0.1');
    await closed;
    await expectGoodService();
  });

  it.each([
    ['a will on a foreign topic', { will: { topic: 'bb/v1/neighbour/event', payload: Buffer.from('x') } }],
    ['the last will of the topic table', { will: { topic: 'bb/v1/{id}/offline', payload: Buffer.alloc(0) } }],
  ])('survives %s', async (_name, { will }) => {
    const device = await seedDevice(database.pool, 'balancer');
    const topic = will.topic.replace('{id}', device.identity);
    const client = await connect(device, { will: { ...will, topic } });
    client.stream.destroy();
    await waitFor('the end', () => eventsOf(device).at(-1)?.type === 'disconnected');
    expect(eventsOf(device).map((event) => event.type)).toEqual(['connected', 'disconnected']);
    await expectGoodService();
  });

  it('the newest authenticated connection wins', async () => {
    const device = await seedDevice(database.pool, 'balancer');
    const old = await connect(device, {});
    const closed = closeOf(old);
    const newer = await connect(device, {});
    expect(await closed).toBe(true);
    await waitFor('the end of the old one', () =>
      eventsOf(device).some((event) => event.type === 'disconnected'),
    );
    expect(eventsOf(device).find((event) => event.type === 'disconnected')).toEqual({
      type: 'disconnected',
      connectionEpoch: 1,
      cause: 'replaced',
    });
    await newer.publishAsync(`bb/v1/${device.identity}/reading`, reading(), { qos: 1 });
    expect(eventsOf(device).at(-1)).toMatchObject({ type: 'balancer-reading' });
    await newer.endAsync();
  });
});
