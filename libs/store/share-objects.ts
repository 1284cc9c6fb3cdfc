import { randomUUID } from 'node:crypto';
import type { ShareLevel } from '#libs/entitlements/share-request.js';
import type { Queryable } from './pool.js';

/** Something that can be shared, and where it lies. */
export interface ShareCandidate {
  readonly kind: ShareLevel;
  readonly objectId: string;
  readonly name: string;
  readonly organisationId: string;
  readonly organisationName: string;
  readonly customerId: string | null;
  readonly customerName: string | null;
  readonly locationId: string | null;
  readonly locationName: string | null;
}

/** Customers, locations and installations in one shape, each with whose it is. */
const everything = `
  SELECT 'customer' AS kind, c.id, c.name, c.organisation_id AS organisation, c.id AS customer, NULL::uuid AS location,
         NULL::timestamptz AS since
    FROM customers c
  UNION ALL
  SELECT 'location', l.id, l.name, l.installed_by_organisation_id, l.customer_id, l.id,
         COALESCE(l.customer_since, l.created_at)
    FROM locations l WHERE l.installed_by_organisation_id IS NOT NULL
  UNION ALL
  SELECT 'installation', i.id, i.name, l.installed_by_organisation_id, l.customer_id, l.id, i.created_at
    FROM installations i JOIN locations l ON l.id = i.location_id WHERE l.installed_by_organisation_id IS NOT NULL`;

/**
 * What an organisation may share on at `now`, by name, behind `after`: its own, and what it holds by grants that can be
 * passed on (CS-17). Whether each fits a particular request is decided when it is selected.
 */
export async function shareCandidates(
  client: Queryable,
  wanted: {
    readonly organisationId: string;
    readonly kind: ShareLevel;
    readonly customerId: string | null;
    readonly locationId: string | null;
    readonly search: string | null;
  },
  now: Date,
  after: { readonly name: string; readonly objectId: string } | null,
  count: number,
): Promise<readonly ShareCandidate[]> {
  const { rows } = await client.query<ShareCandidate>(
    `WITH held AS (
       SELECT customer_id, location_id, installation_id, granted_at, include_future FROM grants
        WHERE grantee_organisation_id = $1 AND revoked_at IS NULL AND suspended_at IS NULL
          AND role IN ('installation-manager', 'subcontractor') AND building_id IS NULL AND device_id IS NULL
          AND (expires_at IS NULL OR expires_at > $2))
     SELECT e.kind, e.id AS "objectId", e.name, o.id AS "organisationId", o.name AS "organisationName",
            c.id AS "customerId", c.name AS "customerName", l.id AS "locationId", l.name AS "locationName"
       FROM (${everything}) e
       JOIN organisations o ON o.id = e.organisation
       LEFT JOIN customers c ON c.id = e.customer LEFT JOIN locations l ON l.id = e.location
      WHERE e.kind = $3
        AND ($4::uuid IS NULL OR e.customer = $4) AND ($5::uuid IS NULL OR e.location = $5)
        AND ($6::text IS NULL OR strpos(lower(e.name), lower($6)) > 0)
        AND ($7::text IS NULL OR (e.name, e.id) > ($7, $8::uuid))
        AND (e.organisation = $1 OR EXISTS (
          SELECT 1 FROM held
           WHERE held.installation_id = e.id
              OR (held.installation_id IS NULL AND held.location_id = e.location
                  AND (held.location_id = e.id OR held.include_future OR e.since <= held.granted_at))
              OR (held.customer_id = e.customer
                  AND (held.customer_id = e.id OR held.include_future OR e.since <= held.granted_at))))
      ORDER BY e.name, e.id LIMIT $9`,
    [
      wanted.organisationId,
      now,
      wanted.kind,
      wanted.customerId,
      wanted.locationId,
      wanted.search,
      after?.name ?? null,
      after?.objectId ?? null,
      count,
    ],
  );
  return rows;
}

/** A node of what is shared: the customer, then locations, buildings, installations. */
export interface SharedNode {
  readonly kind: ShareLevel | 'building';
  readonly id: string;
  /** The customer of a location, the location of a building or installation. */
  readonly parentId: string | null;
  /** The building an installation stands in. */
  readonly buildingId: string | null;
  readonly name: string;
  readonly organisationId: string;
  readonly since: Date | null;
}

/**
 * Everything in an object, outermost first. What came after `until` and what lies in it is left out; null: nothing is.
 * The object itself was selected and is always there.
 */
export async function treeOf(
  client: Queryable,
  object: { readonly kind: ShareLevel; readonly id: string },
  until: Date | null,
): Promise<readonly SharedNode[]> {
  const { rows } = await client.query<SharedNode>(
    `WITH place AS (
       SELECT * FROM locations WHERE ($1 = 'location' AND id = $2) OR ($1 = 'customer' AND customer_id = $2))
     SELECT 'customer' AS kind, id, NULL::uuid AS "parentId", NULL::uuid AS "buildingId", name,
            organisation_id AS "organisationId", NULL::timestamptz AS since, 0 AS rank
       FROM customers WHERE $1 = 'customer' AND id = $2
     UNION ALL
     SELECT 'location', id, customer_id, NULL, name, installed_by_organisation_id, COALESCE(customer_since, created_at), 1
       FROM place
     UNION ALL
     SELECT 'building', b.id, place.id, NULL, b.name, place.installed_by_organisation_id, b.created_at, 2
       FROM buildings b JOIN place ON place.id = b.location_id
     UNION ALL
     SELECT 'installation', i.id, place.id, i.building_id, i.name, place.installed_by_organisation_id, i.created_at, 3
       FROM installations i JOIN place ON place.id = i.location_id
     UNION ALL
     SELECT 'installation', i.id, l.id, i.building_id, i.name, l.installed_by_organisation_id, i.created_at, 3
       FROM installations i JOIN locations l ON l.id = i.location_id WHERE $1 = 'installation' AND i.id = $2
     ORDER BY rank, name, id`,
    [object.kind, object.id],
  );
  if (until === null) return rows;
  const late = new Set<string>();
  return rows.filter(({ id, parentId, buildingId, since }) => {
    if (id === object.id) return true;
    const lies = [parentId, buildingId].some((outer) => outer !== null && late.has(outer));
    if (!lies && (since === null || since <= until)) return true;
    late.add(id);
    return false;
  });
}

/** What was selected when a share was confirmed. */
export interface ShareObject {
  readonly kind: ShareLevel;
  readonly objectId: string;
  readonly name: string;
  readonly grantId: string;
}

export async function insertShareObject(
  client: Queryable,
  shareId: string,
  object: ShareObject,
): Promise<void> {
  await client.query(
    `INSERT INTO share_objects (id, share_id, kind, object_id, name, grant_id) VALUES ($1, $2, $3, $4, $5, $6)`,
    [randomUUID(), shareId, object.kind, object.objectId, object.name, object.grantId],
  );
}

/** A selected object with what became of its grant and what is taken of it. */
export interface ShareObjectRow extends ShareObject {
  readonly rowId: string;
  /** What came after this is not covered, by the grant or by one it was passed on from; null: everything is. */
  readonly coversUntil: Date | null;
  readonly endedAt: Date | null;
  readonly processedAt: Date | null;
  /** Items not taken and not stopped. */
  readonly waiting: number;
}

export async function objectsOf(client: Queryable, shareId: string): Promise<readonly ShareObjectRow[]> {
  const { rows } = await client.query<ShareObjectRow>(
    `SELECT o.id AS "rowId", o.kind, o.object_id AS "objectId", o.name, o.grant_id AS "grantId",
            (WITH RECURSIVE up AS (
               SELECT g.id, g.parent_grant_id, g.granted_at, g.include_future
               UNION ALL
               SELECT p.id, p.parent_grant_id, p.granted_at, p.include_future
                 FROM grants p JOIN up ON p.id = up.parent_grant_id)
             SELECT min(granted_at) FROM up WHERE NOT include_future) AS "coversUntil",
            g.revoked_at AS "endedAt",
            i."processedAt", i.waiting
       FROM share_objects o JOIN grants g ON g.id = o.grant_id
       CROSS JOIN LATERAL (
         SELECT min(taken_at) AS "processedAt", count(*) FILTER (WHERE state IN ('offered', 'chosen')) AS waiting
           FROM share_items WHERE object_id = o.id) i
      WHERE o.share_id = $1 ORDER BY o.kind, o.name, o.id`,
    [shareId],
  );
  return rows;
}
