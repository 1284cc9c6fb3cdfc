import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { PostgresDeviceRegistry } from './device-registry.js';
import { idTokensOf, putIdToken, removeIdToken, type IdToken } from './id-tokens.js';
import { PostgresTransactionJournal } from './journal/transaction-journal.js';

let database: TestDatabase;
let siteId: string;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  siteId = randomUUID();
  await database.pool.query(
    `INSERT INTO identity."user" (id, name, email) VALUES ($1, 'Ada', $1 || '@example.test')`,
    [siteId],
  );
  await database.pool.query(
    `INSERT INTO locations (id, name, time_zone, owner_person_id) VALUES ($1, 'Home', 'Europe/Oslo', $2)`,
    [siteId, siteId],
  );
});

const token = (change: Partial<IdToken>) => ({
  token: 'CARD',
  status: 'Accepted' as const,
  type: 'ISO14443' as const,
  label: null,
  groupToken: null,
  expiresAt: null,
  oneAtATime: false,
  ...change,
});
const infoFor = (deviceId: string) =>
  new PostgresDeviceRegistry(database.pool).idTokenInfo({ deviceId, siteId }, 'CARD', Date.now());

describe('the tokens of a location', () => {
  it('are added, changed and removed; the maximum current stays through a change', async () => {
    await putIdToken(database.pool, siteId, token({}));
    await database.pool.query('UPDATE id_tokens SET maximum_current_a = 10 WHERE location_id = $1', [siteId]);
    await putIdToken(database.pool, siteId, token({ label: 'Guest card', status: 'Blocked' }));
    expect(await idTokensOf(database.pool, siteId)).toEqual([
      { ...token({ label: 'Guest card', status: 'Blocked' }), maximumCurrent_A: 10 },
    ]);
    expect(await removeIdToken(database.pool, siteId, 'CARD')).toBe(true);
    expect(await removeIdToken(database.pool, siteId, 'CARD')).toBe(false);
  });

  it('OCPP 1.6 7.2: a token past its end is Expired, a blocked one stays Blocked', async () => {
    const expiresAt = new Date(Date.now() - 1_000);
    await putIdToken(database.pool, siteId, token({ expiresAt, groupToken: 'FAMILY' }));
    expect(await infoFor(randomUUID())).toEqual({
      status: 'Expired',
      groupToken: 'FAMILY',
      expiresAt: expiresAt.getTime(),
    });
    await putIdToken(database.pool, siteId, token({ expiresAt, status: 'Blocked' }));
    expect((await infoFor(randomUUID())).status).toBe('Blocked');
  });

  it('OCPP 1.6 7.2 ConcurrentTx: never at two chargers at once, and never refused to stop where it charges', async () => {
    await putIdToken(database.pool, siteId, token({ oneAtATime: true }));
    const journal = new PostgresTransactionJournal(database.pool);
    const [here, there] = [randomUUID(), randomUUID()];
    const now = Date.now();
    const start = {
      siteId,
      connector: 1,
      idToken: 'CARD',
      meterStart_Wh: 0,
      reservationId: null,
      remoteStartSince: now,
      deviceTime: now,
      receivedAt: now,
    };
    const first = await journal.start({ ...start, deviceId: here });
    expect(first.token.status).toBe('Accepted');
    expect((await infoFor(here)).status).toBe('Accepted');
    expect((await infoFor(there)).status).toBe('ConcurrentTx');
    // It is journalled all the same: the energy flows already.
    const second = await journal.start({ ...start, deviceId: there });
    expect([second.token.status, second.replayed]).toEqual(['ConcurrentTx', false]);

    const stop = { siteId, meterStop_Wh: 1, reason: 'Local', deviceTime: now, receivedAt: now };
    await journal.stop({ ...stop, deviceId: here, transactionId: first.transactionId });
    await journal.stop({ ...stop, deviceId: there, transactionId: second.transactionId });
    expect((await infoFor(there)).status).toBe('Accepted');
  });
});
