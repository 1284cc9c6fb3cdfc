import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { PostgresDeviceRegistry } from './device-registry.js';
import { PostgresTransactionEventJournal } from './journal/transaction-event-journal.js';
import { PostgresTransactionJournal } from './journal/transaction-journal.js';
import { ResidualCurrentTests } from './residual-current-tests.js';

const now = Date.UTC(2026, 0, 5, 8);
let database: TestDatabase;
let tests: ResidualCurrentTests;
let siteId: string;
let deviceId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  tests = new ResidualCurrentTests(database.pool);
});
afterAll(() => database.drop());
/** A charger with two connectors in the fuse tree, and a card that the location accepts. */
beforeEach(async () => {
  const { pool } = database;
  [siteId, deviceId] = [randomUUID(), randomUUID()];
  await pool.query(
    `INSERT INTO identity."user" (id, name, email) VALUES ($1, 'Ada', $1 || '@example.test')`,
    [siteId],
  );
  await pool.query(
    `INSERT INTO locations (id, name, time_zone, owner_person_id) VALUES ($1, 'Home', 'Europe/Oslo', $2)`,
    [siteId, siteId],
  );
  await pool.query(
    `INSERT INTO devices (id, location_id, kind, identity, name) VALUES ($1, $2, 'charger', $3, 'Charger')`,
    [deviceId, siteId, deviceId],
  );
  const connectors = [1, 2].map((connector) => ({ deviceId, connector }));
  await pool.query('INSERT INTO site_topology (location_id, document) VALUES ($1, $2)', [
    siteId,
    { connectors },
  ]);
  await pool.query(`INSERT INTO id_tokens (location_id, token) VALUES ($1, 'CARD')`, [siteId]);
});

const test = (connector: number, passed: boolean): Promise<void> =>
  tests.record({ deviceId, siteId }, connector, { passed, trip_ms: 24, current_mA: 30 }, now);

/** OCPP 1.6 Authorize names no connector. */
const authorised = async (): Promise<string> =>
  (await new PostgresDeviceRegistry(database.pool).idTokenInfo({ deviceId, siteId }, 'CARD', now)).status;
const started = async (connector: number): Promise<string> => {
  const start = await new PostgresTransactionJournal(database.pool).start({
    deviceId,
    siteId,
    connector,
    idToken: 'CARD',
    meterStart_Wh: 0,
    reservationId: null,
    remoteStartSince: now,
    deviceTime: now,
    receivedAt: now,
  });
  return start.token.status;
};
const told = async (evse: number | null, id: string, sequence = 0): Promise<string | null> => {
  const record = await new PostgresTransactionEventJournal(database.pool).record({
    deviceId,
    siteId,
    stationTransactionId: id,
    sequence,
    kind: sequence === 0 ? 'Started' : 'Updated',
    deviceTime: now,
    receivedAt: now,
    evse,
    startingToken: 'CARD',
    firstRegister_Wh: 0,
    lastRegister_Wh: 0,
    chargingState: 'EVConnected',
    stopReason: null,
    token: 'CARD',
    remoteStartSince: now,
    request: {},
  });
  return record.token?.status ?? null;
};

describe('NB-74: tokens behind a residual-current device that failed its test', () => {
  it('OCPP 1.6 4.8: are blocked at that connector and good at the other, until a test passes', async () => {
    expect(await started(1)).toBe('Accepted');
    await test(1, false);
    expect([await started(1), await started(2)]).toEqual(['Blocked', 'Accepted']);
    await test(1, true);
    expect(await started(1)).toBe('Accepted');
  });

  it('OCPP 2.0.1 E01: are blocked at that EVSE, also in an event that names it no more', async () => {
    await test(1, false);
    expect([await told(1, 'A'), await told(2, 'B')]).toEqual(['Blocked', 'Accepted']);
    expect(await told(null, 'A', 1)).toBe('Blocked');
    await test(1, true);
    expect(await told(1, 'C')).toBe('Accepted');
  });

  it('OCPP 1.6 4.1, OCPP 2.0.1 C01: an Authorize without a connector is blocked when every connector failed', async () => {
    await test(1, false);
    expect(await authorised()).toBe('Accepted');
    await test(2, false);
    expect(await authorised()).toBe('Blocked');
    await test(2, true);
    expect(await authorised()).toBe('Accepted');
  });

  it('another charger of the location is not concerned', async () => {
    await test(1, false);
    expect(await tests.failed(randomUUID(), 1)).toBe(false);
    expect([await tests.failed(deviceId, 1), await tests.failed(deviceId, 2)]).toEqual([true, false]);
  });
});
