import type { AccessRow } from './grants.js';
import type { Queryable } from './pool.js';

/** Who works at a location for somebody else, and may be forgotten when the work is done. */
export const lingeringRoles: ReadonlySet<AccessRow['role']> = new Set<AccessRow['role']>([
  'partner',
  'professional',
  'installation-manager',
  'subcontractor',
  'borrower',
]);

/**
 * Locations whose owner should hear of partners that have had access since before `since` and of whom nobody told him since
 * then; they count as told from `now`. Grants that end by themselves are left out.
 */
export async function takeLingering(
  client: Queryable,
  since: Date,
  now: Date,
  count: number,
): Promise<readonly string[]> {
  const { rows } = await client.query<{ locationId: string }>(
    `WITH due AS (
       SELECT DISTINCT g.location_id FROM grants g JOIN locations l ON l.id = g.location_id
        WHERE g.revoked_at IS NULL AND g.suspended_at IS NULL AND g.expires_at IS NULL AND g.role = ANY($3)
          AND l.owner_person_id IS NOT NULL
          AND GREATEST(g.granted_at, l.ownership_began_at, g.owner_reminded_at) <= $1
        LIMIT $4)
     UPDATE grants SET owner_reminded_at = $2 FROM due
      WHERE grants.location_id = due.location_id AND grants.revoked_at IS NULL AND grants.role = ANY($3)
     RETURNING grants.location_id AS "locationId"`,
    [since, now, [...lingeringRoles], count],
  );
  return [...new Set(rows.map(({ locationId }) => locationId))];
}
