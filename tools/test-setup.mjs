import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';

/** One throw-away PostgreSQL server for the whole run; every suite copies a template database of its own from it. */
export default async function setup() {
  const { startEmbeddedPostgres } = await import('../dist/libs/store/embedded-postgres.js');
  const { migrate } = await import('../dist/libs/store/migrate.js');
  const { openPool } = await import('../dist/libs/store/pool.js');
  const folder = await mkdtemp(join(tmpdir(), 'busbar-test-'));
  await chmod(folder, 0o755);
  const server = await startEmbeddedPostgres({ folder, durable: false });
  const template = await server.database('busbar_template');
  const pool = openPool(template, { max: 2 });
  await migrate(pool);
  await pool.end();
  process.env.BUSBAR_TEST_POSTGRES_URL = server.connectionString;
  globalThis.stopTestServers = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
