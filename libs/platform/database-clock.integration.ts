import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { createLogger } from './logger.js';
import { startDatabaseClock } from './start-database-clock.js';

let database: TestDatabase;
const logger = createLogger({ name: 'test', level: 'silent', file: null });

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => database.drop());

it.each([-300_000, 0, 300_000])(
  'T11: a machine whose clock is %d ms off shows the time of the database',
  async (skew_ms) => {
    const real = Date.now;
    jest.spyOn(Date, 'now').mockImplementation(() => real() + skew_ms);
    const time = await startDatabaseClock(database.pool, logger);
    try {
      const { rows } = await database.pool.query<{ now: Date }>('SELECT clock_timestamp() AS now');
      const difference_ms = time.clock.now() - (rows[0]?.now.getTime() ?? 0);
      expect(Math.abs(difference_ms)).toBeLessThan(1_000);
    } finally {
      time.stop();
    }
  },
);
