import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { JournalTail } from '../telemetry/journal-tail.js';
import {
  PostgresTransactionEventJournal,
  type StationTransactionEvent,
} from './transaction-event-journal.js';
import { PostgresTransactionJournal } from './transaction-journal.js';

let database: TestDatabase;
let journal: PostgresTransactionEventJournal;
let siteId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  journal = new PostgresTransactionEventJournal(database.pool);
  siteId = randomUUID();
  await database.pool.query(
    `INSERT INTO identity."user" (id, name, email) VALUES ('owner', 'Test', 'a@b.test')`,
  );
  await database.pool.query(
    `INSERT INTO locations (id, name, time_zone, owner_person_id) VALUES ($1, 'Home', 'Europe/Oslo', 'owner')`,
    [siteId],
  );
  await database.pool.query(`INSERT INTO id_tokens (location_id, token) VALUES ($1, 'CARD')`, [siteId]);
});
afterAll(() => database.drop());

const now = Date.UTC(2026, 0, 5, 8);
const event = (change: Partial<StationTransactionEvent>): StationTransactionEvent => ({
  deviceId: randomUUID(),
  siteId,
  stationTransactionId: 'T-1',
  sequence: 0,
  kind: 'Started',
  deviceTime: now,
  receivedAt: now,
  evse: 1,
  startingToken: 'CARD',
  firstRegister_Wh: 100,
  lastRegister_Wh: 100,
  chargingState: 'EVConnected',
  stopReason: null,
  token: null,
  remoteStartSince: now - 900_000,
  request: { seqNo: 0 },
  ...change,
});

describe('transaction event journal (OCPP 2.0.1 E)', () => {
  it('C01, E01: a replay gets all that was answered the first time, whatever became of the token since', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000);
    await database.pool.query(
      `UPDATE id_tokens SET group_token = 'FAMILY', expires_at = $1 WHERE token = 'CARD'`,
      [expiresAt],
    );
    const first = event({ token: 'CARD' });
    const told = { status: 'Accepted', groupToken: 'FAMILY', expiresAt: expiresAt.getTime() };
    const record = await journal.record(first);
    expect([record.token, record.replayed]).toEqual([told, false]);
    await database.pool.query(
      `UPDATE id_tokens SET status = 'Blocked', group_token = NULL, expires_at = NULL WHERE token = 'CARD'`,
    );
    const replay = await journal.record({ ...first, receivedAt: now + 1 });
    expect(replay).toMatchObject({ replayed: true, startChanged: false });
    expect(replay.token).toEqual(told);
    const tokenOf = async (change: Partial<StationTransactionEvent>) =>
      (await journal.record(event(change))).token;
    expect(await tokenOf({ token: 'CARD' })).toEqual({
      status: 'Blocked',
      groupToken: null,
      expiresAt: null,
    });
    expect(await tokenOf({ token: 'nobody' })).toMatchObject({ status: 'Invalid' });
    expect(await tokenOf({})).toBeNull();
  });

  it("the station's name is its own: two stations may use the same one, and each finds ours", async () => {
    const [one, other] = [event({}), event({})];
    const { transactionId } = await journal.record(one);
    expect((await journal.record(other)).transactionId).not.toBe(transactionId);
    expect(await journal.stationIdOf(one.deviceId, transactionId)).toBe('T-1');
    expect(await journal.stationIdOf(other.deviceId, transactionId)).toBeNull();
  });

  it('E02: transactions without token, meter and clock stay apart by their names', async () => {
    const bare = { evse: null, startingToken: null, firstRegister_Wh: null, deviceTime: 0 };
    const first = event(bare);
    const { transactionId } = await journal.record(first);
    const second = await journal.record({ ...first, stationTransactionId: 'T-2' });
    expect(second).toMatchObject({ connector: 0, idToken: '', replayed: false });
    expect(second.transactionId).not.toBe(transactionId);
  });

  it('E12: a number used twice for different kinds loses neither', async () => {
    const started = event({});
    await journal.record(started);
    expect(await journal.record({ ...started, kind: 'Ended', stopReason: 'Local' })).toMatchObject({
      replayed: false,
      stopReason: 'Local',
      missingEvents: 0,
    });
  });

  it('E14: tells which numbers are missing, also behind an absurd one', async () => {
    const started = event({});
    await journal.record(started);
    await journal.record({ ...started, sequence: 2, kind: 'Updated' });
    const record = await journal.record({ ...started, sequence: 1e300, kind: 'Updated' });
    expect(record.missingEvents).toBeGreaterThan(1e15);
    expect(await journal.missingSequences(started.deviceId, 'T-1', 3)).toEqual([1, 3, 4]);
  });

  it('says which state is news: a late event is not', async () => {
    const started = event({});
    expect(await journal.record(started)).toMatchObject({ stateIsNews: true, hasCharged: false });
    const charging = event({ ...started, sequence: 2, kind: 'Updated', chargingState: 'Charging' });
    expect(await journal.record(charging)).toMatchObject({ stateIsNews: true, chargingState: 'Charging' });
    const late = event({ ...started, sequence: 1, kind: 'Updated', chargingState: 'SuspendedEV' });
    expect(await journal.record(late)).toMatchObject({ stateIsNews: false, chargingState: 'Charging' });
    expect(await journal.record(charging)).toMatchObject({ stateIsNews: false });
    expect(await journal.openAt(started.deviceId, 1)).toMatchObject({
      chargingState: 'Charging',
      hasCharged: true,
    });
    await journal.record(event({ ...started, sequence: 3, kind: 'Ended', stopReason: 'Local' }));
    expect(await journal.openAt(started.deviceId, 1)).toBeNull();
  });

  it('a stop of OCPP 1.6 that hits the number of such a transaction does not end it', async () => {
    const started = event({});
    const { transactionId } = await journal.record(started);
    const stop = await new PostgresTransactionJournal(database.pool).stop({
      deviceId: started.deviceId,
      siteId,
      deviceTime: now,
      receivedAt: now,
      transactionId,
      meterStop_Wh: 1,
      reason: 'Local',
    });
    expect(stop).toEqual({ outcome: 'quarantined', replayed: false });
    expect(await journal.openAt(started.deviceId, 1)).not.toBeNull();
  });

  it('whoever follows the journal hears of a transaction once its EVSE is known, and of nothing that changes nothing', async () => {
    const tail = new JournalTail(database.pool, 'test');
    const started = event({ evse: null });
    await journal.record(started);
    const all = async () => {
      const entries = (await tail.read(0, 1_000)).flatMap(({ sequence, observations }) =>
        observations.map((observation) => ({ sequence, ...observation })),
      );
      return entries.filter(({ deviceId }) => deviceId === started.deviceId);
    };
    expect(await all()).toEqual([]);
    await journal.record(event({ ...started, sequence: 1, kind: 'Updated', evse: 2 }));
    const told = await all();
    expect(told.map(({ event }) => event)).toEqual([
      expect.objectContaining({ type: 'transaction-started', connector: 2, idToken: 'CARD' }),
    ]);
    await journal.record(
      event({ ...started, sequence: 2, kind: 'Updated', evse: null, chargingState: 'Charging' }),
    );
    expect(await all()).toEqual(told);
    await journal.record(event({ ...started, sequence: 3, kind: 'Ended', stopReason: 'Local' }));
    expect((await all()).map(({ event }) => event.type)).toEqual([
      'transaction-started',
      'transaction-ended',
    ]);
  });
});
