import { siteTopologySchema } from '#libs/contracts/topology.js';
import { deviceSettingsSchema, type DeviceSettings } from '#libs/contracts/settings.js';
import type { PriceSlot } from '#libs/allocation/modes/price-plan.js';
import type { TimedLimit } from '#libs/allocation/modes/timed-limit.js';
import type { SiteTopology } from '#libs/allocation/topology.js';
import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import { tokenMaximums_A } from './id-tokens.js';
import { timedLimitsOf } from './node-limits.js';
import { pricesOf, type PriceCache } from './prices.js';
import type { Queryable } from './pool.js';

export interface OpenTransaction {
  readonly deviceId: string;
  readonly connector: number;
  readonly transactionId: number;
  readonly idToken: string;
  /** When we heard of it. */
  readonly startedAt: EpochMilliseconds;
  /** When it began by `orderTime`, which tells older from newer. */
  readonly beganAt: EpochMilliseconds;
  readonly meterStart_Wh: number;
}

interface OpenTransactionRow extends Omit<OpenTransaction, 'startedAt' | 'beganAt'> {
  readonly startedAt: Date;
  readonly beganAt: Date;
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
  /** Limits beneath the fuses that hold now or later. */
  readonly nodeLimits: readonly TimedLimit[];
  /** Ascending, free of overlaps. */
  readonly prices: readonly PriceSlot[];
  /** What tokens are limited to, ampere per line; a token without a limit is not among them. */
  readonly tokenMaximums_A: ReadonlyMap<string, number>;
}

const standingDefaultKey = (connector: number): string => `standingDefault_A/${connector}`;

/** Ids of all locations that have an electrical description. */
export async function listSiteIds(pool: Queryable): Promise<readonly string[]> {
  const { rows } = await pool.query<{ location_id: string }>('SELECT location_id FROM site_topology');
  return rows.map((row) => row.location_id);
}

/** Null when the location does not exist or has no electrical description yet. */
export async function loadSite(
  pool: Queryable,
  siteId: string,
  now: EpochMilliseconds,
  priceCache: PriceCache,
): Promise<SiteRecord | null> {
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
  const transactions = await pool.query<OpenTransactionRow>(
    `SELECT DISTINCT ON (device_id, connector) device_id AS "deviceId", connector, id AS "transactionId",
            id_token AS "idToken", start_received_at AS "startedAt",
            order_time(started_at, start_received_at) AS "beganAt", meter_start_wh AS "meterStart_Wh"
       FROM charging_transactions
      WHERE location_id = $1 AND ended_at IS NULL
      ORDER BY device_id, connector, order_time(started_at, start_received_at) DESC, id DESC`,
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
    openTransactions: transactions.rows.map((each) => ({
      ...each,
      startedAt: epochMilliseconds(each.startedAt.getTime()),
      beganAt: epochMilliseconds(each.beganAt.getTime()),
    })),
    nodeLimits: await timedLimitsOf(pool, siteId, now),
    prices: await pricesOf(pool, siteId, now, priceCache),
    tokenMaximums_A: await tokenMaximums_A(pool, siteId),
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
