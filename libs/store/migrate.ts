import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import type { Pool } from './pool.js';

const folder = fileURLToPath(new URL('./migrations', import.meta.url));

export interface MigrationOutcome {
  /** Names of the migrations this call applied; empty when the schema was current. */
  readonly applied: readonly string[];
  /** How readings are kept: the one migration set takes the path the server offers. */
  readonly readings: 'timescaledb hypertable' | 'native daily partitions';
}

/** Brings the schema to this release's version. Safe to call from several processes at once: one works, the others wait. */
export async function migrate(pool: Pool): Promise<MigrationOutcome> {
  const client = await pool.connect();
  try {
    const applied = await runner({
      dbClient: client,
      dir: folder,
      ignorePattern: String.raw`\..*`,
      direction: 'up',
      migrationsTable: 'schema_migrations',
      singleTransaction: true,
      advisoryLockMode: 'wait',
      log: () => undefined,
    } as Parameters<typeof runner>[0]);
    const { rows } = await client.query<{ present: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'timescaledb') AS present`,
    );
    return {
      applied: applied.map((migration) => migration.name),
      readings: rows[0]?.present ? 'timescaledb hypertable' : 'native daily partitions',
    };
  } finally {
    client.release();
  }
}
