import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateDeviceSecret, hashDeviceSecret } from '#libs/store/device-secret.js';
import { startEmbeddedPostgres } from '#libs/store/embedded-postgres.js';
import { migrate } from '#libs/store/migrate.js';
import { openPool, type Pool } from '#libs/store/pool.js';
import { defaultIngressLimits, plainSecurity, type IngressLimits } from '../ingress-config.js';
import { memoryBus, seedDevice, startIngress, type IngressHarness } from '../ingress-harness.js';

/** The whole edge on a PostgreSQL of its own. */
export interface BenchEdge {
  readonly edge: IngressHarness;
  readonly pool: Pool;
  stop(): Promise<void>;
}

export async function startBenchEdge(
  change: Partial<IngressLimits>,
  options: { readonly durable: boolean; readonly connections: number },
): Promise<BenchEdge> {
  const folder = await mkdtemp(join(tmpdir(), 'busbar-bench-'));
  await chmod(folder, 0o755);
  const server = await startEmbeddedPostgres({ folder, durable: options.durable });
  const pool = openPool(await server.database('bench'), { max: options.connections });
  await migrate(pool);
  const edge = await startIngress({
    pool,
    bus: memoryBus(),
    ocppPort: 0,
    security: plainSecurity,
    stillAllowed: () => true,
    limits: { ...defaultIngressLimits, ...change },
  });
  return {
    edge,
    pool,
    stop: async () => {
      await edge.stop();
      await pool.end();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Identities of chargers that all have the same secret, at one location without tokens. */
export interface Crowd {
  readonly identities: readonly string[];
  readonly secret: string;
}

export async function seedCrowd(pool: Pool, count: number): Promise<Crowd> {
  const { siteId } = await seedDevice(pool, 'charger');
  await pool.query('DELETE FROM id_tokens WHERE location_id = $1', [siteId]);
  const secret = generateDeviceSecret();
  const prefix = randomUUID().slice(0, 8);
  const { rows } = await pool.query<{ identity: string }>(
    `INSERT INTO devices (id, location_id, kind, identity, name, secret_hash)
     SELECT gen_random_uuid(), $1, 'charger', $2 || '-' || number, 'Charger', $3 FROM generate_series(1, $4::int) AS number
     RETURNING identity`,
    [siteId, prefix, hashDeviceSecret(secret), count],
  );
  return { identities: rows.map(({ identity }) => identity), secret };
}
