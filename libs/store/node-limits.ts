import type { NodeLimit } from '#libs/allocation/node-limits.js';
import type { TimedLimit } from '#libs/allocation/modes/timed-limit.js';
import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import type { By } from './organisations.js';
import type { Queryable } from './pool.js';

/** A limit beneath a node's fuse as people agreed it. */
export interface StoredNodeLimit extends Pick<NodeLimit, 'nodeId' | 'limit_A' | 'source'> {
  readonly limitId: string;
  readonly validFrom: Date;
  /** Null: until it is taken away. */
  readonly validUntil: Date | null;
}

const columns = `id AS "limitId", node_id AS "nodeId", source, limit_a AS "limit_A", valid_from AS "validFrom",
  valid_until AS "validUntil"`;

/** Those that hold at `now` or later, by their beginning. */
export async function nodeLimitsOf(
  client: Queryable,
  locationId: string,
  now: Date,
): Promise<readonly StoredNodeLimit[]> {
  const { rows } = await client.query<StoredNodeLimit>(
    `SELECT ${columns} FROM node_limits
      WHERE location_id = $1 AND (valid_until IS NULL OR valid_until > $2) ORDER BY valid_from, id`,
    [locationId, now],
  );
  return rows;
}

/** The same in the words of the allocator. */
export async function timedLimitsOf(
  client: Queryable,
  locationId: string,
  now: EpochMilliseconds,
): Promise<readonly TimedLimit[]> {
  return (await nodeLimitsOf(client, locationId, new Date(now))).map(
    ({ nodeId, limit_A, source, validFrom, validUntil }) => ({
      nodeId,
      limit_A,
      source,
      from: epochMilliseconds(validFrom.getTime()),
      until: validUntil && epochMilliseconds(validUntil.getTime()),
    }),
  );
}

/** Stores it, in the place of the one with the same id. */
export async function putNodeLimit(
  client: Queryable,
  locationId: string,
  limit: StoredNodeLimit,
  by: By,
): Promise<void> {
  await client.query(
    `INSERT INTO node_limits (location_id, id, node_id, source, limit_a, valid_from, valid_until, updated_at, updated_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT (location_id, id) DO UPDATE SET node_id = excluded.node_id, source = excluded.source,
       limit_a = excluded.limit_a, valid_from = excluded.valid_from, valid_until = excluded.valid_until,
       updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
    [
      locationId,
      limit.limitId,
      limit.nodeId,
      limit.source,
      [...limit.limit_A],
      limit.validFrom,
      limit.validUntil,
      by.at,
      by.personId,
    ],
  );
}

/** False: there was none with this id. */
export async function deleteNodeLimit(
  client: Queryable,
  locationId: string,
  limitId: string,
): Promise<boolean> {
  const { rowCount } = await client.query('DELETE FROM node_limits WHERE location_id = $1 AND id = $2', [
    locationId,
    limitId,
  ]);
  return rowCount === 1;
}
