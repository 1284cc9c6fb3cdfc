import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import { DatabaseClock } from './database-clock.js';
import type { Logger } from './logger.js';

/** Counters of two machines drift apart by some milliseconds in this time. */
const interval_ms = 10_000;

/** The clock of this process, read from the database now and again. */
export async function startDatabaseClock(
  pool: Pool,
  logger: Logger,
): Promise<{ readonly clock: Clock; stop(): void }> {
  const clock = await DatabaseClock.open(
    async () => {
      const { rows } = await pool.query<{ now_ms: number }>(
        'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now_ms',
      );
      return rows[0]?.now_ms ?? Number.NaN;
    },
    () => performance.now(),
  );
  const timer = setInterval(() => {
    clock.synchronise().catch((error: unknown) => logger.warn({ error }, 'the time could not be read again'));
  }, interval_ms);
  return { clock, stop: () => clearInterval(timer) };
}
