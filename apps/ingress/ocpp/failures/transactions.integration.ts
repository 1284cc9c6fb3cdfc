import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPool } from '#libs/store/pool.js';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { seedDevice, type IngressHarness } from '../../ingress-harness.js';
import { bothGenerations, openLine, words, type Call, type Generation } from './conversation.js';
import { edgeWith, eventsOf, transactionsOf } from './failing-edge.js';

const at = '2026-01-05T08:00:00Z';
const later = '2026-01-05T09:00:00Z';

let database: TestDatabase;
let edge: IngressHarness;
beforeAll(async () => {
  database = await createTestDatabase();
  edge = await edgeWith(database.pool, { inboundQueue_calls: 8 });
});
afterAll(async () => {
  await edge.stop();
  await database.drop();
});

/** Messages of transactions that nobody here has heard of. */
const strays: Readonly<Record<Generation, readonly Call[]>> = {
  'ocpp1.6': [0, -1, 2_000_000_000].flatMap((transactionId): Call[] => [
    words['ocpp1.6'].stop(transactionId, later),
    [
      'MeterValues',
      { connectorId: 1, transactionId, meterValue: [{ timestamp: at, sampledValue: [{ value: '1' }] }] },
    ],
  ]),
  'ocpp2.0.1': [words['ocpp2.0.1'].stop(0, later), words['ocpp2.0.1'].stop(0, later)],
};

const numberIn = (answer: unknown): number =>
  ((answer as unknown[])[2] as { transactionId?: number }).transactionId ?? 0;

describe.each(bothGenerations)('transactions over %s', (version) => {
  const say = words[version];
  const seed = () => seedDevice(database.pool, 'charger');
  const line = async () => {
    const device = await seed();
    return { device, station: await openLine(edge.ocppPort, device, version) };
  };

  it('duplicate start after a lost reply: one transaction and the same answer (OCPP 1.6 4.8, OCPP 2.0.1 E04, E12)', async () => {
    const { device, station } = await line();
    station.say('lost', say.start(at));
    station.socket.pause();
    await waitFor('the journal', async () => (await transactionsOf(database.pool, device)).length > 0);
    station.socket.terminate();
    const again = await openLine(edge.ocppPort, device, version);
    const answers = [await again.call(say.start(at)), await again.call(say.start(at))];
    expect(answers.map(([type]) => type)).toEqual([3, 3]);
    expect(answers[1]?.[2]).toEqual(answers[0]?.[2]);
    const kept = await transactionsOf(database.pool, device);
    expect(kept).toHaveLength(1);
    if (version === 'ocpp1.6') expect(numberIn(answers[0])).toBe(kept[0]?.id);
    again.socket.terminate();
  });

  it('duplicate stop: acknowledged alike, and the first values stay (OCPP 1.6 4.10, OCPP 2.0.1 E06)', async () => {
    const { device, station } = await line();
    const number = numberIn(await station.call(say.start(at)));
    const answers = [
      await station.call(say.stop(number, later)),
      await station.call(say.stop(number, later)),
    ];
    expect(answers.map(([type]) => type)).toEqual([3, 3]);
    expect(answers[1]?.[2]).toEqual(answers[0]?.[2]);
    expect(await transactionsOf(database.pool, device)).toMatchObject([
      { endedAt: new Date(later), meterStop_Wh: 900 },
    ]);
    station.socket.terminate();
  });

  it('unknown / 0 / -1 transaction id answered with an error so that the charger retries for ever: each is acknowledged', async () => {
    const { station } = await line();
    for (const call of strays[version]) expect(await station.call(call)).toEqual([3, expect.any(String), {}]);
    station.socket.terminate();
  });

  it('a station that must send a StatusNotification before its StartTransaction is believed: its first word may be a start', async () => {
    const { device, station } = await line();
    expect((await station.call(say.start(at)))[0]).toBe(3);
    await waitFor('the start', () =>
      eventsOf(edge, device).some(({ type }) => type === 'transaction-started'),
    );
    expect(eventsOf(edge, device).map(({ type }) => type)).not.toContain('connector-status');
    station.socket.terminate();
  });

  it.each(['1970-01-01T00:00:05Z', '2099-12-31T23:59:59Z'])(
    'clock skew: at %s a start is kept with both times, and the boot tells ours (OCPP 1.6 4.2, OCPP 2.0.1 B01)',
    async (skewed) => {
      const { device, station } = await line();
      const [, , booted] = await station.call(say.boot);
      const { currentTime } = booted as { currentTime: string };
      expect(Math.abs(Date.parse(currentTime) - Date.now())).toBeLessThan(60_000);
      expect((await station.call(say.start(skewed)))[0]).toBe(3);
      const [kept] = await transactionsOf(database.pool, device);
      expect(kept?.startedAt).toEqual(new Date(skewed));
      expect(Math.abs((kept?.startReceivedAt.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
      station.socket.terminate();
    },
  );

  it('pipelined calls of one station answered only in part: all, in order, through a queue of eight', async () => {
    const { station } = await line();
    const ids = Array.from({ length: 90 }, (_, index) => `p${index}`);
    const kinds = [say.boot, say.heartbeat, say.status(1, 'Available', at), say.start(at)];
    for (const [index, id] of ids.entries()) station.say(id, kinds[index % kinds.length] ?? say.heartbeat);
    const answers = await waitFor('every answer', () => {
      const answered = station.frames.filter(([type]) => type !== 2);
      return answered.length >= ids.length ? answered : null;
    });
    expect(answers.map(([type, id]) => [type, id])).toEqual(ids.map((id) => [3, id]));
    station.socket.terminate();
  });

  it('many simultaneous Started events waiting on each other for database connections: 200 stations on a pool of 4', async () => {
    const pool = openPool(database.connectionString, { max: 4 });
    const narrow = await edgeWith(pool, {});
    const devices = await Promise.all(Array.from({ length: 200 }, seed));
    const stations = await Promise.all(devices.map((device) => openLine(narrow.ocppPort, device, version)));
    const began = performance.now();
    const answers = await Promise.all(stations.map((station) => station.call(say.start(at))));
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(answers.filter(([type]) => type === 3)).toHaveLength(200);
    const { rows } = await pool.query<{ kept: number }>(
      'SELECT count(*) AS kept FROM charging_transactions WHERE device_id = ANY($1)',
      [devices.map(({ deviceId }) => deviceId)],
    );
    expect(rows[0]?.kept).toBe(200);
    for (const { socket } of stations) socket.terminate();
    await narrow.stop();
    await pool.end();
  });

  it('a reservation number that nobody gave does not keep a start out of the journal (OCPP 1.6 4.8, OCPP 2.0.1 H01)', async () => {
    const { device, station } = await line();
    const [action, payload] = say.start(at);
    const answer = await station.call([action, { ...payload, reservationId: Number.MAX_SAFE_INTEGER }]);
    expect(answer[0]).toBe(3);
    expect(await transactionsOf(database.pool, device)).toHaveLength(1);
    station.socket.terminate();
  });
});
