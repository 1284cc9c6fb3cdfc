import { siteTopologySchema } from '#libs/contracts/topology.js';
import { deviceSettingsSchema, type DeviceSettings } from '#libs/contracts/settings.js';
import type { SiteTopology } from '#libs/allocation/topology.js';
import type { Queryable } from './pool.js';

export interface OpenTransaction {
  readonly deviceId: string;
  readonly connector: number;
  readonly transactionId: number;
}

/** Everything the allocator needs to take charge of a site. */
export interface SiteRecord {
  readonly siteId: string;
  readonly timeZone: string;
  readonly topology: SiteTopology;
  readonly settings: ReadonlyMap<string, DeviceSettings>;
  /** Standing default that a connector confirmed, by `deviceId/connector`, ampere. */
  readonly standingDefaults_A: ReadonlyMap<string, number>;
  readonly openTransactions: readonly OpenTransaction[];
}

const standingDefaultKey = (connector: number): string => `standingDefault_A/${connector}`;

/** Ids of all locations that have an electrical description. */
export async function listSiteIds(pool: Queryable): Promise<readonly string[]> {
  const { rows } = await pool.query<{ location_id: string }>('SELECT location_id FROM site_topology');
  return rows.map((row) => row.location_id);
}

/** Null when the location does not exist or has no electrical description yet. */
export async function loadSite(pool: Queryable, siteId: string): Promise<SiteRecord | null> {
  const site = await pool.query<{ document: unknown; time_zone: string }>(
    `SELECT document, time_zone FROM site_topology JOIN locations ON id = location_id WHERE location_id = $1`,
    [siteId],
  );
  const row = site.rows[0];
  if (!row) return null;
  const twins = await pool.query<{ device_id: string; desired: unknown; reported: Record<string, unknown> }>(
    `SELECT device_id, desired, reported FROM twins JOIN devices ON id = device_id WHERE location_id = $1`,
    [siteId],
  );
  const transactions = await pool.query<OpenTransaction>(
    `SELECT device_id AS "deviceId", connector, max(id) AS "transactionId" FROM charging_transactions
     WHERE location_id = $1 AND ended_at IS NULL GROUP BY device_id, connector`,
    [siteId],
  );
  const standingDefaults_A = new Map<string, number>();
  for (const twin of twins.rows)
    for (const [key, value] of Object.entries(twin.reported))
      if (key.startsWith('standingDefault_A/') && typeof value === 'number')
        standingDefaults_A.set(`${twin.device_id}/${key.slice('standingDefault_A/'.length)}`, value);
  return {
    siteId,
    timeZone: row.time_zone,
    topology: siteTopologySchema.parse(row.document),
    settings: new Map(twins.rows.map((twin) => [twin.device_id, deviceSettingsSchema.parse(twin.desired)])),
    standingDefaults_A,
    openTransactions: transactions.rows,
  };
}

/** Remembers the standing default a charger confirmed, so that a restart need not assume its hardware maximum. */
export async function saveStandingDefault(
  pool: Queryable,
  deviceId: string,
  connector: number,
  current_A: number,
): Promise<void> {
  await pool.query(
    `INSERT INTO twins AS twin (device_id, reported, reported_version) VALUES ($1, jsonb_build_object($2::text, $3::float8), 1)
     ON CONFLICT (device_id) DO UPDATE
     SET reported = twin.reported || excluded.reported, reported_version = twin.reported_version + 1`,
    [deviceId, standingDefaultKey(connector), current_A],
  );
}
