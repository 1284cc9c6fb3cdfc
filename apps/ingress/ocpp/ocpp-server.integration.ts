import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { basicAuthentication as basic, connectCharger, openRawSocket } from '../harness-charger.js';
import { defaultIngressLimits, plainSecurity } from '../ingress-config.js';
import {
  memoryBus,
  seedDevice,
  startIngress,
  type IngressHarness,
  type SeededDevice,
} from '../ingress-harness.js';

const limits = { ...defaultIngressLimits, pingInterval_ms: 60_000, badMessages: 2 };

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
    security: plainSecurity,
    stillAllowed: () => true,
  });
});
afterAll(async () => {
  await edge.stop();
  await database.drop();
});

const charger = (device: SeededDevice) => connectCharger(edge.ocppPort, device);
const rawSocket = (device: SeededDevice) => openRawSocket(edge.ocppPort, device);

function upgrade(path: string, headers: Record<string, string>): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request({
      port: edge.ocppPort,
      path,
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        ...headers,
      },
    });
    call.on('response', (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    call.on('upgrade', (_response, socket) => {
      socket.destroy();
      resolve({ status: 101, body: '' });
    });
    call.on('error', reject);
    call.end();
  });
}

const boot = { chargePointVendor: 'Nordlys', chargePointModel: 'One' };
const start = { connectorId: 1, idTag: 'CARD-1', meterStart: 100, timestamp: '1970-01-01T00:00:10Z' };
const eventsOf = (device: SeededDevice) =>
  edge.observations.filter((observation) => observation.deviceId === device.deviceId);
const refusals = async (reason: string): Promise<number> => {
  const metric = await edge.metrics.getSingleMetric('busbar_ingress_refusals_total')?.get();
  return metric?.values.find((value) => value.labels['reason'] === reason)?.value ?? 0;
};

/** Ends every hostile test: the server still serves a good station. */
async function expectGoodService(): Promise<void> {
  const good = await charger(await seedDevice(database.pool, 'charger'));
  expect(await good.call('Heartbeat', {})).toEqual({ currentTime: expect.any(String) });
  await good.close({});
}

describe('OCPP 1.6 conversation', () => {
  it('OCPP 1.6 4.2/4.8/4.10: boots, starts, samples and stops, every step on the bus with both times', async () => {
    const device = await seedDevice(database.pool, 'charger');
    const client = await charger(device);
    expect(await client.call('BootNotification', boot)).toEqual({
      status: 'Accepted',
      currentTime: expect.any(String),
      interval: expect.any(Number),
    });
    const started = (await client.call('StartTransaction', start)) as { transactionId: number };
    expect(started).toEqual({ transactionId: expect.any(Number), idTagInfo: { status: 'Accepted' } });
    const { transactionId } = started;
    await client.call('MeterValues', {
      connectorId: 1,
      transactionId,
      meterValue: [
        {
          timestamp: '2026-01-05T08:00:00Z',
          sampledValue: [{ value: '16.1', measurand: 'Current.Import', phase: 'L1', unit: 'A' }],
        },
      ],
    });
    await client.call('StopTransaction', {
      transactionId,
      meterStop: 900,
      timestamp: '2026-01-05T09:00:00Z',
    });
    await client.close({});
    const seen = await waitFor('the disconnect', () => {
      const events = eventsOf(device);
      return events.at(-1)?.event.type === 'disconnected' ? events : null;
    });
    expect(seen.map((each) => each.event.type)).toEqual([
      'connected',
      'booted',
      'transaction-started',
      'meter-sample',
      'transaction-ended',
      'disconnected',
    ]);
    expect(seen[2]?.deviceTime).toBe(10_000);
    expect(Math.abs((seen[2]?.receivedAt ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it('idempotency: a replayed StartTransaction on a new connection gets the same transaction', async () => {
    const device = await seedDevice(database.pool, 'charger');
    const first = await charger(device);
    const before = await first.call('StartTransaction', start);
    await first.close({});
    const second = await charger(device);
    expect(await second.call('StartTransaction', start)).toEqual(before);
    await second.close({});
  });

  it('OCPP 1.6 4.8: an unknown token is journalled and answered Invalid, never with an error', async () => {
    const device = await seedDevice(database.pool, 'charger');
    const client = await charger(device);
    expect(await client.call('StartTransaction', { ...start, idTag: 'STRANGER' })).toEqual({
      transactionId: expect.any(Number),
      idTagInfo: { status: 'Invalid' },
    });
    await client.close({});
    const { rowCount } = await database.pool.query(
      'SELECT FROM charging_transactions WHERE device_id = $1 AND id_token = $2',
      [device.deviceId, 'STRANGER'],
    );
    expect(rowCount).toBe(1);
  });

  it.each([0, -1, 2_000_000_000, 1e300])(
    'OCPP 1.6 4.10: a stop of transaction %p is acknowledged and kept aside',
    async (transactionId) => {
      const device = await seedDevice(database.pool, 'charger');
      const client = await charger(device);
      const stop = { transactionId, meterStop: 5, timestamp: '2026-01-05T09:00:00Z' };
      expect(await client.call('StopTransaction', stop)).toEqual({});
      expect(await client.call('StopTransaction', stop)).toEqual({});
      await client.close({});
      const { rowCount } = await database.pool.query('SELECT FROM quarantined_stops WHERE device_id = $1', [
        device.deviceId,
      ]);
      expect(rowCount).toBe(1);
    },
  );
});

describe('OCPP-J at the door', () => {
  it.each([
    ['/ocpp/%E0%A4%A', 400, 'bad-identity'],
    [`/ocpp/${'x'.repeat(49)}`, 400, 'bad-identity'],
    ['/ocpp/a%00b', 400, 'bad-identity'],
    ['/ocpp/', 404, 'unknown-path'],
    ['/elsewhere', 404, 'unknown-path'],
  ])('refuses %s with %d %s', async (path, status, code) => {
    const answer = await upgrade(path, { 'sec-websocket-protocol': 'ocpp1.6' });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ code });
    await expectGoodService();
  });

  it.each([
    [undefined, 'subprotocol-missing'],
    ['ocpp9.9', 'subprotocol-unknown'],
  ])('OCPP 1.6J 3.1.2: subprotocol %p is refused as %s', async (offered, code) => {
    const device = await seedDevice(database.pool, 'charger');
    const answer = await upgrade(`/ocpp/${device.identity}`, {
      authorization: basic(device),
      ...(offered === undefined ? {} : { 'sec-websocket-protocol': offered }),
    });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ code });
    await expectGoodService();
  });

  it('answers a wrong password, an unknown identity, a balancer and no credentials alike with 401', async () => {
    const device = await seedDevice(database.pool, 'charger');
    const balancer = await seedDevice(database.pool, 'balancer');
    const visits = [
      [device.identity, basic({ ...device, secret: 'wrong' })],
      ['nobody', basic({ ...device, identity: 'nobody' })],
      [device.identity, basic(balancer)],
      [balancer.identity, basic(balancer)],
      [device.identity, ''],
    ] as const;
    const answers = await Promise.all(
      visits.map(([identity, authorization]) =>
        upgrade(`/ocpp/${identity}`, { authorization, 'sec-websocket-protocol': 'ocpp1.6' }),
      ),
    );
    expect(answers.map((answer) => answer.status)).toEqual([401, 401, 401, 401, 401]);
    expect(new Set(answers.map((answer) => answer.body)).size).toBe(1);
    await expectGoodService();
  });

  it('names the port when it is already in use', async () => {
    await expect(
      startIngress({
        pool: database.pool,
        bus: memoryBus(),
        limits,
        ocppPort: edge.ocppPort,
        security: plainSecurity,
        stillAllowed: () => true,
      }),
    ).rejects.toThrow(
      `The OCPP port ${edge.ocppPort} on 127.0.0.1 cannot be opened: it is already in use. Stop the other program or choose another port.`,
    );
  });
});

describe('OCPP-J against hostile frames', () => {
  it.each([
    ['an action outside OCPP 1.6', [2, 'm1', 'Explode', {}], 'NotImplemented'],
    ['an action of our own side', [2, 'm1', 'ChangeConfiguration', {}], 'NotSupported'],
    ['a wrong type', [2, 'm1', 'Authorize', { idTag: 7 }], 'TypeConstraintViolation'],
    ['a missing field', [2, 'm1', 'Authorize', {}], 'OccurenceConstraintViolation'],
    ['an over-long field', [2, 'm1', 'Authorize', { idTag: 'x'.repeat(21) }], 'PropertyConstraintViolation'],
    ['a payload that is no object', [2, 'm1', 'Heartbeat', []], 'FormationViolation'],
    ['a call of three elements', [2, 'm1', 'Heartbeat'], 'FormationViolation'],
  ])('OCPP 1.6J 4.2.3: %s', async (_name, frame, code) => {
    const { socket, frames } = await rawSocket(await seedDevice(database.pool, 'charger'));
    socket.send(JSON.stringify(frame));
    await waitFor('the error', () => frames.length > 0);
    expect(frames[0]).toEqual([4, 'm1', code, expect.any(String), {}]);
    expect(JSON.stringify(frames[0])).not.toContain('xxxx');
    socket.terminate();
    await expectGoodService();
  });

  it('an unknown field is left out, counted, and told once per connection without its value', async () => {
    const device = await seedDevice(database.pool, 'charger');
    const { socket, frames } = await rawSocket(device);
    for (const id of ['m1', 'm2']) socket.send(JSON.stringify([2, id, 'Heartbeat', { extra: 'hunter2' }]));
    await waitFor('two answers', () => frames.length === 2);
    expect(frames.map(([type]) => type)).toEqual([3, 3]);
    const notices = eventsOf(device).filter(({ event }) => event.type === 'notice');
    expect(notices.map(({ event }) => event)).toEqual([
      {
        type: 'notice',
        topic: 'deviation',
        code: 'drop-unknown',
        severity: 8,
        detail: { action: 'Heartbeat', path: '' },
      },
    ]);
    expect(await edge.metrics.metrics()).toMatch(
      /busbar_ingress_deviations_total\{action="Heartbeat",tolerance="drop-unknown"\} 2/,
    );
    socket.terminate();
  });

  it('closes with 1007 when the budget of messages that are not JSON is spent', async () => {
    const before = await refusals('bad-json');
    const device = await seedDevice(database.pool, 'charger');
    const { socket, closed } = await rawSocket(device);
    for (const text of ['{', '', '\u0001']) socket.send(text);
    expect(await closed).toBe(1007);
    expect(await refusals('bad-json')).toBe(before + 3);
    await waitFor('the end', () => eventsOf(device).some((each) => each.event.type === 'disconnected'));
    expect(eventsOf(device).at(-1)?.event).toMatchObject({ cause: 'protocol' });
    await expectGoodService();
  });

  it('closes with 1002 when the budget of frames of no known shape is spent', async () => {
    const { socket, closed } = await rawSocket(await seedDevice(database.pool, 'charger'));
    for (const frame of ['{}', '[9,"x"]', '[2,7,"Heartbeat",{}]']) socket.send(frame);
    expect(await closed).toBe(1002);
    await expectGoodService();
  });

  it('closes with 1009 on a message above 256 KB', async () => {
    const { socket, closed } = await rawSocket(await seedDevice(database.pool, 'charger'));
    socket.send(`[2,"m","Heartbeat",${' '.repeat(256 * 1024)}{}]`);
    expect(await closed).toBe(1009);
    await waitFor('the count', async () => (await refusals('oversize')) > 0);
    await expectGoodService();
  });

  it('closes with 1003 on a binary message', async () => {
    const { socket, closed } = await rawSocket(await seedDevice(database.pool, 'charger'));
    socket.send(Buffer.from('[2,"m","Heartbeat",{}]'));
    expect(await closed).toBe(1003);
    await expectGoodService();
  });

  it('keeps NUL characters out of the database instead of failing for ever', async () => {
    const { socket, frames } = await rawSocket(await seedDevice(database.pool, 'charger'));
    socket.send(`[2,"m","StartTransaction",${JSON.stringify({ ...start, idTag: 'A\u0000\ud800B' })}]`);
    await waitFor('the answer', () => frames.length > 0);
    expect(frames[0]).toEqual([
      3,
      'm',
      { transactionId: expect.any(Number), idTagInfo: { status: 'Invalid' } },
    ]);
    socket.terminate();
  });

  it('answers a message id that comes twice with the stored answer and runs it once', async () => {
    const device = await seedDevice(database.pool, 'charger');
    const { socket, frames } = await rawSocket(device);
    socket.send('[2,"same","Heartbeat",{}]');
    socket.send('[2,"same","Heartbeat",{}]');
    await waitFor('both answers', () => frames.length === 2);
    expect(frames[1]).toEqual(frames[0]);
    expect(eventsOf(device).filter((each) => each.event.type === 'heard')).toHaveLength(1);
    socket.terminate();
  });
});

describe('newest authenticated connection wins', () => {
  it('closes the old socket as replaced, and its end never ends the new session', async () => {
    const device = await seedDevice(database.pool, 'charger');
    const old = await rawSocket(device);
    await waitFor('the first connection', () => eventsOf(device).length === 1);
    const newer = await charger(device);
    expect(await old.closed).toBe(4001);
    await waitFor('both announcements', () => eventsOf(device).length === 3);
    expect(eventsOf(device).map((each) => each.event)).toEqual(
      expect.arrayContaining([
        { type: 'connected', connectionEpoch: 1, protocol: 'ocpp1.6' },
        { type: 'connected', connectionEpoch: 2, protocol: 'ocpp1.6' },
        { type: 'disconnected', connectionEpoch: 1, cause: 'replaced' },
      ]),
    );
    expect(await newer.call('Heartbeat', {})).toEqual({ currentTime: expect.any(String) });
    await newer.close({});
  });
});
