import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import type pg from 'pg';
import type { Pool } from './pool.js';

/** The migrations that ship with this release. */
const migrationFolder = fileURLToPath(new URL('./migrations', import.meta.url));

export interface MigrationOutcome {
  /** Names of the migrations this call applied; empty when the schema was current. */
  readonly applied: readonly string[];
  /** How readings are kept: the one migration set takes the path the server offers. */
  readonly readings: 'timescaledb hypertable' | 'native daily partitions';
}

/** The database was migrated by files that are not this release's; the message says what to do. */
export class ForeignSchema extends Error {}

/** Key of the advisory lock under which one process migrates. */
const migrationLock = 0x6275736d;

/** Brings the schema to this release's version. Safe to call from several processes at once: one works, the others wait. */
export const migrate = (pool: Pool): Promise<MigrationOutcome> => migrateFrom(pool, migrationFolder);

/** The same with the migrations of another folder. */
export async function migrateFrom(pool: Pool, folder: string): Promise<MigrationOutcome> {
  const checksums = await readChecksums(folder);
  const client = await pool.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    await client.query(
      'CREATE TABLE IF NOT EXISTS schema_migration_checksums (name text PRIMARY KEY, sha256 text NOT NULL)',
    );
    await requireSameFiles(client, checksums);
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
    const names = applied.map((migration) => migration.name);
    await client.query(
      `INSERT INTO schema_migration_checksums SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT (name) DO NOTHING`,
      [names, names.map((name) => checksums.get(name) ?? '')],
    );
    const { rows } = await client.query<{ present: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'timescaledb') AS present`,
    );
    return {
      applied: names,
      readings: rows[0]?.present ? 'timescaledb hypertable' : 'native daily partitions',
    };
  } finally {
    // The lock goes with its session.
    client.release(true);
  }
}

/** A migration that was edited after it ran would leave a schema that no release knows. */
async function requireSameFiles(
  client: pg.PoolClient,
  checksums: ReadonlyMap<string, string>,
): Promise<void> {
  const { rows } = await client.query<{ name: string; sha256: string }>(
    'SELECT name, sha256 FROM schema_migration_checksums ORDER BY name',
  );
  for (const { name, sha256 } of rows) {
    if (checksums.get(name) === sha256) continue;
    throw new ForeignSchema(
      `This data was made by another version of Busbar (migration ${name} differs). ` +
        'Start the version that made it, or begin with an empty database or another --data-dir.',
    );
  }
}

async function readChecksums(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql'));
  const entries = files.map(async (file) => {
    const digest = createHash('sha256')
      .update(await readFile(join(folder, file)))
      .digest('hex');
    return [file.slice(0, -'.sql'.length), digest] as const;
  });
  return new Map(await Promise.all(entries));
}
