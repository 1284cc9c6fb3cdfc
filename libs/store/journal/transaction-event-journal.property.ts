import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { propertyRuns } from '#libs/testing/property-runs.js';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import {
  PostgresTransactionEventJournal,
  type StationTransactionEvent,
} from './transaction-event-journal.js';

let database: TestDatabase;
let journal: PostgresTransactionEventJournal;
beforeAll(async () => {
  database = await createTestDatabase();
  journal = new PostgresTransactionEventJournal(database.pool);
});
afterAll(() => database.drop());

type Told = Omit<StationTransactionEvent, 'deviceId' | 'siteId' | 'sequence' | 'kind'>;

const now = Date.UTC(2026, 0, 5, 8);
const told: fc.Arbitrary<Told> = fc.record({
  stationTransactionId: fc.constant('T'),
  // Clocks that were never set, and clocks that are right.
  deviceTime: fc.oneof(fc.integer({ min: 0, max: 90_000 }), fc.integer({ min: now, max: now + 90_000 })),
  receivedAt: fc.integer({ min: now, max: now + 3_600_000 }),
  evse: fc.option(fc.integer({ min: 1, max: 2 })),
  startingToken: fc.option(fc.constantFrom('A', 'B')),
  // A register may roll over, so it need not rise.
  firstRegister_Wh: fc.option(fc.integer({ min: 0, max: 99_999 })),
  lastRegister_Wh: fc.option(fc.integer({ min: 0, max: 99_999 })),
  chargingState: fc.option(
    fc.constantFrom(
      'Charging' as const,
      'EVConnected' as const,
      'SuspendedEV' as const,
      'SuspendedEVSE' as const,
      'Idle' as const,
    ),
  ),
  stopReason: fc.constantFrom('Local', 'Remote'),
  token: fc.constant(null),
  remoteStartSince: fc.constant(0),
  request: fc.constant({}),
});

type Event = Omit<StationTransactionEvent, 'deviceId' | 'siteId'>;

/** One transaction: Started, Updated..., perhaps Ended, of which some are lost, and the order in which the rest arrives. */
const story = fc
  .tuple(fc.array(told, { minLength: 2, maxLength: 6 }), fc.boolean())
  .chain(([tellings, ends]) => {
    const events = tellings.map((telling, index): Event => {
      const last = index === tellings.length - 1;
      const kind = index === 0 ? 'Started' : last && ends ? 'Ended' : 'Updated';
      return { ...telling, sequence: index, kind, stopReason: kind === 'Ended' ? telling.stopReason : null };
    });
    return fc.subarray(events, { minLength: 1 }).chain((received) =>
      fc.record({
        received: fc.constant(received),
        orders: fc.tuple(arrivals(received), arrivals(received)),
      }),
    );
  });

/** Every event at least once, shuffled, some twice. */
const arrivals = (received: readonly Event[]) =>
  fc
    .subarray([...received])
    .chain((again) =>
      fc.shuffledSubarray([...received, ...again], { minLength: received.length + again.length }),
    );

async function rowAfter(order: readonly Event[]) {
  const deviceId = randomUUID();
  const siteId = randomUUID();
  for (const event of order) await journal.record({ ...event, deviceId, siteId });
  const { rows } = await database.pool.query(
    `SELECT connector, id_token, started_at, start_received_at, meter_start_wh, ended_at, end_received_at,
            meter_stop_wh, stop_reason, charging_state, missing_events
       FROM charging_transactions WHERE device_id = $1`,
    [deviceId],
  );
  expect(rows).toHaveLength(1);
  return rows[0];
}

/** What the row must be, said once more without SQL; `received` is in the order of the numbers. */
function expectedRow(received: readonly Event[]) {
  const first = <Value>(pick: (event: Event) => Value | null): Value | null =>
    received.map(pick).find((value) => value !== null) ?? null;
  const last = <Value>(pick: (event: Event) => Value | null): Value | null =>
    received.map(pick).findLast((value) => value !== null) ?? null;
  const end = received.find(({ kind }) => kind === 'Ended');
  const numbers = received.map(({ sequence }) => sequence);
  const between = Math.max(...numbers) - Math.min(...numbers) + 1 - numbers.length;
  return {
    connector: first(({ evse }) => evse) ?? 0,
    id_token: first(({ startingToken }) => startingToken) ?? '',
    started_at: new Date(received[0]?.deviceTime ?? 0),
    start_received_at: new Date(Math.min(...received.map(({ receivedAt }) => receivedAt))),
    meter_start_wh: first(({ firstRegister_Wh }) => firstRegister_Wh) ?? 0,
    ended_at: end ? new Date(end.deviceTime) : null,
    end_received_at: end ? new Date(end.receivedAt) : null,
    meter_stop_wh: end ? last(({ lastRegister_Wh }) => lastRegister_Wh) : null,
    stop_reason: end?.stopReason ?? null,
    charging_state: last(({ chargingState }) => chargingState),
    missing_events: between + (received[0]?.kind === 'Started' ? 0 : 1),
  };
}

describe('the row of an OCPP 2.0.1 transaction', () => {
  it('E01-E12: is the same in whatever order its events come, twice or not at all', async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ received, orders }) => {
        for (const order of orders) expect(await rowAfter(order)).toEqual(expectedRow(received));
      }),
      { numRuns: propertyRuns(60) },
    );
  });

  it('E04: is the same when its events arrive at once on several connections', async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ received, orders: [order] }) => {
        const source = { deviceId: randomUUID(), siteId: randomUUID() };
        const records = await Promise.all(order.map((event) => journal.record({ ...event, ...source })));
        expect(new Set(records.map(({ transactionId }) => transactionId)).size).toBe(1);
        expect(records.filter(({ replayed }) => !replayed)).toHaveLength(received.length);
        const { rows } = await database.pool.query(
          'SELECT connector, charging_state, ended_at, missing_events FROM charging_transactions WHERE device_id = $1',
          [source.deviceId],
        );
        const { connector, charging_state, ended_at, missing_events } = expectedRow(received);
        expect(rows).toEqual([{ connector, charging_state, ended_at, missing_events }]);
      }),
      { numRuns: propertyRuns(30) },
    );
  });
});
