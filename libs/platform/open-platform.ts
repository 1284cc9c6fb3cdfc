import { collectDefaultMetrics, Registry } from 'prom-client';
import { RedisBus } from '#libs/bus/redis-bus.js';
import { migrate } from '#libs/store/migrate.js';
import { openPool } from '#libs/store/pool.js';
import type { Environment } from './config.js';
import { startDatabaseClock } from './start-database-clock.js';
import { createLogger } from './logger.js';
import type { Platform } from './platform-module.js';

export interface OpenPlatform extends Platform {
  close(): Promise<void>;
}

/** Opens what every process past one machine stands on: PostgreSQL at this release's schema, the Redis bus, log and metrics. */
export async function openPlatform(name: string, environment: Environment): Promise<OpenPlatform> {
  const logger = createLogger({ name, level: environment.BUSBAR_LOG_LEVEL, file: null });
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  const pool = openPool(environment.BUSBAR_POSTGRES_URL, { max: 10 });
  const { applied, readings } = await migrate(pool);
  logger.info({ applied, readings }, 'database is at this release');
  const bus = await RedisBus.open({
    url: environment.BUSBAR_REDIS_URL,
    prefix: 'busbar',
    retainedPerPartition: 100_000,
    onUnreadable: (topic, offset, problem) => logger.error({ topic, offset, problem }, 'bus message skipped'),
  });
  const time = await startDatabaseClock(pool, logger);
  return {
    clock: time.clock,
    bus,
    pool,
    logger,
    metrics,
    async close() {
      time.stop();
      await bus.close();
      await pool.end();
    },
  };
}
