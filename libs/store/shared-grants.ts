import type { Lockable } from '#libs/entitlements/grant-lock.js';
import type { GrantRole } from '#libs/entitlements/role.js';
import type { ShareLevel } from '#libs/entitlements/share-request.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import type { Queryable } from './pool.js';

/** A grant between organisations, with all that decides who may end it and when. */
export interface SharedGrant extends Lockable {
  readonly grantId: string;
  readonly role: GrantRole;
  readonly kind: ShareLevel;
  readonly objectId: string;
  readonly objectName: string | null;
  readonly customerId: string | null;
  readonly locationId: string | null;
  readonly granteeId: string;
  readonly granteeName: string;
  readonly grantorId: string;
  readonly grantorName: string;
  readonly parentGrantId: string | null;
  readonly shareId: string | null;
  readonly shareName: string | null;
  readonly branded: boolean;
  readonly includeFuture: boolean;
  readonly expiresAt: Date | null;
  /** Who passed it on, from the grant itself up to the first: each of them may end it (5D). */
  readonly grantorIds: readonly string[];
}

type Row = Omit<SharedGrant, 'grantedAt' | 'processedAt'> & { grantedAt: Date; processedAt: Date | null };

const select = `SELECT g.id AS "grantId", g.role,
    CASE WHEN g.customer_id IS NOT NULL THEN 'customer' WHEN g.installation_id IS NOT NULL THEN 'installation'
         ELSE 'location' END AS kind,
    COALESCE(g.installation_id, g.location_id, g.customer_id) AS "objectId",
    COALESCE(i.name, l.name, c.name) AS "objectName",
    g.customer_id AS "customerId", g.location_id AS "locationId",
    grantee.id AS "granteeId", grantee.name AS "granteeName", grantor.id AS "grantorId", grantor.name AS "grantorName",
    g.parent_grant_id AS "parentGrantId", s.id AS "shareId", s.name AS "shareName", g.branded,
    g.include_future AS "includeFuture", g.granted_at AS "grantedAt", g.expires_at AS "expiresAt",
    (SELECT min(taken_at) FROM share_items WHERE object_id = so.id) AS "processedAt",
    ARRAY(WITH RECURSIVE up AS (
            SELECT g.granted_by_organisation_id AS grantor, g.parent_grant_id AS parent
            UNION ALL
            SELECT p.granted_by_organisation_id, p.parent_grant_id FROM grants p JOIN up ON p.id = up.parent)
          SELECT grantor::text FROM up WHERE grantor IS NOT NULL) AS "grantorIds"
  FROM grants g
  JOIN organisations grantee ON grantee.id = g.grantee_organisation_id
  JOIN organisations grantor ON grantor.id = g.granted_by_organisation_id
  LEFT JOIN share_objects so ON so.grant_id = g.id LEFT JOIN share_requests s ON s.id = so.share_id
  LEFT JOIN installations i ON i.id = g.installation_id LEFT JOIN locations l ON l.id = g.location_id
  LEFT JOIN customers c ON c.id = g.customer_id
  WHERE g.revoked_at IS NULL AND g.role IN ('installation-manager', 'subcontractor', 'borrower')
    AND g.building_id IS NULL AND g.device_id IS NULL`;

const grantOf = (row: Row): SharedGrant => ({
  ...row,
  grantedAt: epochMilliseconds(row.grantedAt.getTime()),
  processedAt: row.processedAt && epochMilliseconds(row.processedAt.getTime()),
});

/** A live one. */
export async function sharedGrant(client: Queryable, grantId: string): Promise<SharedGrant | null> {
  const { rows } = await client.query<Row>(`${select} AND g.id = $1`, [grantId]);
  return rows[0] ? grantOf(rows[0]) : null;
}

/** What the organisation gave, passed on by others included, and what it holds; oldest first. */
export async function sharedGrantsOf(
  client: Queryable,
  organisationId: string,
  after: { readonly grantedAt: Date; readonly grantId: string } | null,
  count: number,
): Promise<readonly SharedGrant[]> {
  const { rows } = await client.query<Row>(
    `SELECT * FROM (${select}) each
      WHERE ("granteeId"::text = $1 OR $1 = ANY("grantorIds"))
        AND ($2::timestamptz IS NULL OR ("grantedAt", "grantId") > ($2, $3::uuid))
      ORDER BY "grantedAt", "grantId" LIMIT $4`,
    [organisationId, after?.grantedAt ?? null, after?.grantId ?? null, count],
  );
  return rows.map(grantOf);
}

/** The locations that a grant on this customer or location is about: whose live views are told. */
export async function locationsUnder(
  client: Queryable,
  place: { readonly customerId: string | null; readonly locationId: string | null },
): Promise<readonly string[]> {
  if (place.locationId !== null) return [place.locationId];
  const { rows } = await client.query<{ id: string }>('SELECT id FROM locations WHERE customer_id = $1', [
    place.customerId,
  ]);
  return rows.map(({ id }) => id);
}
