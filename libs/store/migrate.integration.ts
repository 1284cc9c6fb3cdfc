import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ForeignSchema, migrate, migrateFrom } from './migrate.js';

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

  it('refuses, before it changes anything, data of a version with other migrations', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'busbar-migrations-'));
    try {
      await cp(join(import.meta.dirname, 'migrations'), folder, { recursive: true });
      await writeFile(join(folder, '0001_identity.sql'), '-- Up Migration\nSELECT 1;');
      await writeFile(join(folder, '9999_new.sql'), '-- Up Migration\nCREATE TABLE never (id int);');
      const refused = migrateFrom(database.pool, folder);
      await expect(refused).rejects.toThrow(ForeignSchema);
      await expect(refused).rejects.toThrow(/migration 0001_identity differs.*--data-dir/);
      const { rows } = await database.pool.query(`SELECT to_regclass('never') AS never`);
      expect(rows).toEqual([{ never: null }]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('lets several processes come at once: one works, the others wait', async () => {
    await database.pool.query('DROP TABLE schema_migration_checksums');
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => migrate(database.pool)));
    expect(outcomes.map(({ applied }) => applied)).toEqual([[], [], [], [], []]);
  });
});
