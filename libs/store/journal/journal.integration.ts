import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { PostgresHubEventJournal } from './hub-event-journal.js';
import { PostgresTransactionJournal, type TransactionStart } from './transaction-journal.js';

let database: TestDatabase;
let journal: PostgresTransactionJournal;
beforeAll(async () => {
  database = await createTestDatabase();
  journal = new PostgresTransactionJournal(database.pool);
});
afterAll(() => database.drop());

const start = (change: Partial<TransactionStart>): TransactionStart => ({
  deviceId: randomUUID(),
  siteId: randomUUID(),
  connector: 1,
  idToken: 'A',
  meterStart_Wh: 100,
  reservationId: null,
  remoteStartSince: 0,
  deviceTime: 10_000,
  receivedAt: Date.UTC(2026, 0, 5),
  ...change,
});
const stopOf = (from: TransactionStart, transactionId: number) => ({
  deviceId: from.deviceId,
  siteId: from.siteId,
  deviceTime: 20_000,
  receivedAt: Date.UTC(2026, 0, 5, 1),
  transactionId,
  meterStop_Wh: 900,
  reason: 'Local',
});

describe('transaction journal (durable idempotency below the message id)', () => {
  it('a start and its replays, even at once and received later, are one transaction', async () => {
    const begun = start({});
    const records = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        journal.start({ ...begun, receivedAt: begun.receivedAt + index }),
      ),
    );
    expect(new Set(records.map((record) => record.transactionId)).size).toBe(1);
    expect(records.filter((record) => !record.replayed)).toHaveLength(1);
  });

  it.each<Partial<TransactionStart>>([
    { deviceId: randomUUID() },
    { connector: 2 },
    { idToken: 'B' },
    { meterStart_Wh: 101 },
    { deviceTime: 10_001 },
  ])('%j makes it another transaction', async (change) => {
    const begun = start({});
    const first = await journal.start(begun);
    const second = await journal.start({ ...begun, ...change });
    expect(second).toMatchObject({ transactionId: expect.any(Number), replayed: false });
    expect(second.transactionId).not.toBe(first.transactionId);
  });

  it('a stop is recorded once, keeps its first values, and raises the journal sequence', async () => {
    const begun = start({ connector: 2 });
    const { transactionId } = await journal.start(begun);
    const row = async () =>
      (await database.pool.query('SELECT * FROM charging_transactions WHERE id = $1', [transactionId]))
        .rows[0];
    const before = await row();
    expect(await journal.stop(stopOf(begun, transactionId))).toEqual({ outcome: 'recorded', connector: 2 });
    const after = await row();
    expect(after).toMatchObject({ meter_stop_wh: 900, stop_reason: 'Local', ended_at: new Date(20_000) });
    expect(after.journal_sequence).toBeGreaterThan(before.journal_sequence);
    const changed = { ...stopOf(begun, transactionId), meterStop_Wh: 1 };
    expect(await journal.stop(changed)).toEqual({ outcome: 'replayed', connector: 2 });
    expect(await row()).toEqual(after);
  });

  it("unknown, 0, -1, absurd ids and another station's are quarantined, and so are their replays", async () => {
    const begun = start({});
    const other = await journal.start(start({}));
    for (const id of [0, -1, 2_147_483_647, 1e300, -1e300, other.transactionId]) {
      expect(await journal.stop(stopOf(begun, id))).toEqual({ outcome: 'quarantined', replayed: false });
      expect(await journal.stop(stopOf(begun, id))).toEqual({ outcome: 'quarantined', replayed: true });
    }
    const { rows } = await database.pool.query('SELECT ended_at FROM charging_transactions WHERE id = $1', [
      other.transactionId,
    ]);
    expect(rows).toEqual([{ ended_at: null }]);
  });
});

describe('hub event journal', () => {
  it('keeps each sequence once and knows where the first gap is', async () => {
    const hubs = new PostgresHubEventJournal(database.pool);
    const deviceId = randomUUID();
    const record = (sequence: number) =>
      hubs.record({
        deviceId,
        siteId: randomUUID(),
        deviceTime: 1,
        receivedAt: 2,
        event: { type: 'hub-event', sequence, category: 'alarm', code: 'BA', zone: null, text: '' },
      });
    expect(await hubs.highestWithoutGap(deviceId, 0)).toBeNull();
    expect(await record(5)).toEqual({ replayed: false });
    expect(await record(5)).toEqual({ replayed: true });
    expect(await hubs.highestWithoutGap(deviceId, 0)).toBe(5);
    await record(6);
    await record(8);
    expect(await hubs.highestWithoutGap(deviceId, 0)).toBe(6);
    await record(7);
    expect(await hubs.highestWithoutGap(deviceId, 6)).toBe(8);
  });
});
