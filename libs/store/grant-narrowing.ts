import { randomUUID } from 'node:crypto';
import type { LocationAction } from '#libs/entitlements/action.js';
import type { GrantRole } from '#libs/entitlements/role.js';
import type { WeeklyHours } from '#libs/entitlements/weekly-hours.js';
import type { EntitlementChange } from './entitlement-log.js';
import { endGrant, insertGrant, wholeLocation } from './grants.js';
import type { By } from './organisations.js';

interface Row {
  readonly id: string;
  readonly customerId: string | null;
  readonly locationId: string | null;
  readonly personId: string | null;
  readonly organisationId: string | null;
  readonly role: GrantRole;
  readonly expiresAt: Date | null;
  readonly grantedBy: string;
  readonly grantedAt: Date;
  readonly grantedByOrganisationId: string | null;
  readonly parentGrantId: string | null;
  readonly includeFuture: boolean;
  readonly actions: readonly LocationAction[] | null;
  readonly hours: WeeklyHours | null;
  readonly maximumCurrent_A: number | null;
  readonly branded: boolean;
}

const select = `SELECT id, customer_id AS "customerId", location_id AS "locationId", grantee_person_id AS "personId",
    grantee_organisation_id AS "organisationId", role, expires_at AS "expiresAt", granted_by AS "grantedBy",
    granted_at AS "grantedAt", granted_by_organisation_id AS "grantedByOrganisationId",
    parent_grant_id AS "parentGrantId", include_future AS "includeFuture", actions, hours,
    maximum_current_a::float8 AS "maximumCurrent_A", branded FROM grants WHERE revoked_at IS NULL`;

/**
 * Takes one location out of a grant on its customer: the owner's word ends with his location (5D). In the grant's place
 * come grants on the customer's other locations, given when it was given, with what was passed on there; all else of it
 * ends. False: there is no such grant on this location's customer.
 */
export async function takeLocationOut(
  change: EntitlementChange,
  grantId: string,
  locationId: string,
  by: By,
): Promise<boolean> {
  const { rows } = await change.client.query<Row>(
    `${select} AND id = $1 AND customer_id = (SELECT customer_id FROM locations WHERE id = $2)`,
    [grantId, locationId],
  );
  const [grant] = rows;
  if (!grant) return false;
  const kept = await change.client.query<{ id: string }>(
    `SELECT id FROM locations WHERE customer_id = $1 AND id <> $2
        AND ($3 OR COALESCE(customer_since, created_at) <= $4) ORDER BY id`,
    [grant.customerId, locationId, grant.includeFuture, grant.grantedAt],
  );
  await narrow(change, grant, new Map(kept.rows.map(({ id }) => [id, grant.parentGrantId])));
  await endGrant(change, grantId, 'replaced', by);
  return true;
}

/** @param parents the locations to keep, each with what the grant on it is passed on from */
async function narrow(
  change: EntitlementChange,
  grant: Row,
  parents: ReadonlyMap<string, string | null>,
): Promise<void> {
  const made = new Map<string, string>();
  for (const [locationId, parentGrantId] of parents) {
    const id =
      (await sameOn(change, grant, locationId, parentGrantId)) ??
      (await insertGrant(
        change,
        { ...grant, place: wholeLocation(locationId), parentGrantId },
        { personId: grant.grantedBy, at: grant.grantedAt },
      ));
    made.set(locationId, id);
    await moveShare(change, grant.id, locationId, id);
  }
  const { rows: children } = await change.client.query<Row>(`${select} AND parent_grant_id = $1`, [grant.id]);
  for (const child of children) {
    if (child.customerId !== null) await narrow(change, child, made);
    const parent = child.locationId === null ? undefined : made.get(child.locationId);
    if (parent === undefined) continue;
    await change.client.query('UPDATE grants SET parent_grant_id = $2 WHERE id = $1', [child.id, parent]);
    await change.record('grant', child.id);
  }
}

/** The same access may have been given on the location itself; it is given once. */
async function sameOn(
  change: EntitlementChange,
  grant: Row,
  locationId: string,
  parentGrantId: string | null,
): Promise<string | null> {
  const { rows } = await change.client.query<{ id: string }>(
    `SELECT id FROM grants
      WHERE revoked_at IS NULL AND location_id = $1 AND num_nonnulls(building_id, installation_id, device_id) = 0
        AND grantee_organisation_id = $2 AND role = $3 AND parent_grant_id IS NOT DISTINCT FROM $4
        AND expires_at IS NULL AND hours IS NULL AND actions IS NULL`,
    [locationId, grant.organisationId, grant.role, parentGrantId],
  );
  return rows[0]?.id ?? null;
}

/** What was to be taken over of the location, and what was, hangs on the new grant from now on. */
async function moveShare(
  change: EntitlementChange,
  from: string,
  locationId: string,
  to: string,
): Promise<void> {
  const { client } = change;
  await client.query(
    `INSERT INTO share_objects (id, share_id, kind, object_id, name, grant_id)
     SELECT $1, o.share_id, 'location', l.id, l.name, $4 FROM share_objects o JOIN locations l ON l.id = $3
      WHERE o.grant_id = $2 ON CONFLICT (share_id, kind, object_id) DO NOTHING`,
    [randomUUID(), from, locationId, to],
  );
  await client.query(
    `UPDATE share_items i SET object_id = target.id
       FROM share_objects old
       JOIN share_objects target ON target.share_id = old.share_id AND target.kind = 'location' AND target.object_id = $2
      WHERE i.object_id = old.id AND old.grant_id = $1 AND (i.source_id = $2 OR i.parent_source_id = $2)
        AND NOT EXISTS (SELECT 1 FROM share_items twin
                         WHERE twin.object_id = target.id AND twin.kind = i.kind AND twin.source_id = i.source_id)`,
    [from, locationId],
  );
  await client.query(
    `UPDATE installation_placements p SET grant_id = $3 FROM installations i
      WHERE p.grant_id = $1 AND p.archived_at IS NULL AND i.id = p.installation_id AND i.location_id = $2`,
    [from, locationId, to],
  );
}
