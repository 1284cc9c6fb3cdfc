import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { openPool, type Pool } from '#libs/store/pool.js';

export interface TestDatabase {
  readonly connectionString: string;
  readonly pool: Pool;
  drop(): Promise<void>;
}

/**
 * A migrated database of its own on the PostgreSQL server that the test run's global setup started.
 * It is a copy of a template that the global setup migrated once.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env['BUSBAR_TEST_POSTGRES_URL'];
  if (!server) throw new Error('BUSBAR_TEST_POSTGRES_URL is not set: run the tests through `npm test`.');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await maintain(server, `CREATE DATABASE ${name} TEMPLATE busbar_template`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const pool = openPool(url.href, { max: 10 });
  return {
    connectionString: url.href,
    pool,
    async drop() {
      await pool.end();
      await maintain(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

async function maintain(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
