import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { fuzzMqtt } from './mqtt-fuzz.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

describe('the MQTT edge against strange devices', () => {
  it('MQTT 3.1.1 2.2.3, 3.1, 3.3, 3.8: nothing falls, nothing leaks, nobody waits, no foreign device is touched', async () => {
    const result = await fuzzMqtt({
      seed: 1,
      cases: 1_500,
      only: null,
      connectionString: database.connectionString,
      pool: database.pool,
      script: 'dist/apps/ingress/ocpp/fuzz/edge-process.js',
      progress: () => undefined,
    });
    expect(result.failure).toBeNull();
    expect(result.cases).toBe(1_500);
    expect(Math.min(result.zenAnswers, result.hubAnswers)).toBeGreaterThan(5);
    expect(result.ownEvents).toBeGreaterThan(20);
  }, 90_000);
});
