import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { migrate } from './migrate.js';

describe('migrations', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('applies nothing the second time and names the way readings are kept', async () => {
    expect(await migrate(database.pool)).toEqual({ applied: [], readings: 'native daily partitions' });
  });

  it('gives transactions positive 32-bit ids (OCPP 1.6 transactionId)', async () => {
    const { rows } = await database.pool.query(
      `SELECT data_type FROM information_schema.columns WHERE table_name = 'charging_transactions' AND column_name = 'id'`,
    );
    expect(rows).toEqual([{ data_type: 'integer' }]);
  });
});
