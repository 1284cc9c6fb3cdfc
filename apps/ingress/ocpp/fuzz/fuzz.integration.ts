import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { fuzz } from './fuzz.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

describe('the edge against strange stations', () => {
  it('OCPP 1.6J 4, OCPP 2.0.1 part 4: every call gets its one right answer, nothing leaks, nothing falls, nobody waits', async () => {
    const result = await fuzz({
      seed: 1,
      cases: 3_000,
      only: null,
      connectionString: database.connectionString,
      pool: database.pool,
      script: 'dist/apps/ingress/ocpp/fuzz/edge-process.js',
      progress: () => undefined,
    });
    expect(result.failure).toBeNull();
    expect(result.cases).toBe(3_000);
    expect(result.goodStationAnswers).toBeGreaterThan(5);
  }, 60_000);
});
