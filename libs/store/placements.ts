import { randomUUID } from 'node:crypto';
import type { By } from './organisations.js';
import type { Queryable } from './pool.js';

/** What an organisation keeps of an installation that was shared with it. */
export interface KnownInstallation {
  readonly name: string;
  readonly description: string | null;
  readonly building: string | null;
  readonly deviceNames: readonly string[];
  /** Which documents there were, once the access has ended; while it lives, they are read where they are. */
  readonly documents?: readonly KnownDocument[];
}

export interface KnownDocument {
  readonly documentId: string;
  readonly kind: 'work-order' | 'certificate';
  readonly title: string;
  /** RFC 3339. */
  readonly madeAt: string;
  readonly madeBy: string;
}

/** Of row `i` of installations: what is known of it now. */
const known = `jsonb_build_object(
  'name', i.name, 'description', i.description,
  'building', (SELECT b.name FROM buildings b WHERE b.id = i.building_id),
  'deviceNames', ARRAY(SELECT d.name FROM devices d WHERE d.installation_id = i.id ORDER BY d.name, d.id))`;

/** The list of its documents, for who could read them: `p` is the placement. */
const documents = `jsonb_build_object('documents', COALESCE((
  SELECT jsonb_agg(jsonb_build_object(
           'documentId', d.id, 'kind', d.kind, 'title', d.title, 'madeBy', d.made_by_name,
           'madeAt', to_char(d.made_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) ORDER BY d.made_at, d.id)
    FROM documents d JOIN grants g ON g.id = p.grant_id
   WHERE d.installation_id = i.id AND d.made_at <= $1
     AND (g.actions IS NULL OR 'history' = ANY(g.actions))), '[]'))`;

/**
 * CS-42: puts a shared installation into the organisation's own tree. CS-46: an installation has one place there; where
 * the organisation has it by another grant that lives, it stays as it is.
 */
export async function placeShared(
  client: Queryable,
  placement: {
    readonly installationId: string;
    readonly organisationId: string;
    readonly locationId: string;
    readonly grantId: string;
  },
  by: By,
): Promise<string | null> {
  await client.query(
    `INSERT INTO installation_placements AS p (id, installation_id, organisation_id, location_id, grant_id, placed_at, known)
     SELECT $1, i.id, $3, $4, $5, $6, ${known} FROM installations i WHERE i.id = $2
     ON CONFLICT (installation_id, organisation_id) DO UPDATE
       SET location_id = EXCLUDED.location_id, grant_id = EXCLUDED.grant_id, placed_at = EXCLUDED.placed_at,
           known = EXCLUDED.known, archived_at = NULL
     WHERE p.archived_at IS NOT NULL`,
    [
      randomUUID(),
      placement.installationId,
      placement.organisationId,
      placement.locationId,
      placement.grantId,
      by.at,
    ],
  );
  return placementOf(client, placement.organisationId, placement.installationId);
}

export async function placementOf(
  client: Queryable,
  organisationId: string,
  installationId: string,
): Promise<string | null> {
  const { rows } = await client.query<{ id: string }>(
    'SELECT id FROM installation_placements WHERE organisation_id = $1 AND installation_id = $2',
    [organisationId, installationId],
  );
  return rows[0]?.id ?? null;
}

/**
 * CS-34: with a grant ends what hung on it. Nothing of it is taken over any more; installations placed by it are kept as
 * they were known, unless the organisation took them over by another grant that lives; a share without a grant is over.
 */
export async function closeShared(client: Queryable, grantIds: readonly string[], by: By): Promise<void> {
  await client.query(
    `UPDATE share_items i SET state = 'stopped' FROM share_objects o
      WHERE o.id = i.object_id AND o.grant_id = ANY($1) AND i.state IN ('offered', 'chosen')`,
    [grantIds],
  );
  await client.query(
    `UPDATE installation_placements p SET grant_id = other.grant_id
       FROM (SELECT i.local_id, o.grant_id FROM share_items i
               JOIN share_objects o ON o.id = i.object_id JOIN grants g ON g.id = o.grant_id
              WHERE i.kind = 'installation' AND i.state = 'taken' AND g.revoked_at IS NULL
                AND (g.expires_at IS NULL OR g.expires_at > $2)) other
      WHERE p.grant_id = ANY($1) AND p.archived_at IS NULL AND other.local_id = p.id`,
    [grantIds, by.at],
  );
  await archive(client, 'p.grant_id = ANY($2)', by.at, [grantIds]);
  await client.query(
    `UPDATE share_requests s
        SET state = 'revoked', failed_in = NULL, failure = NULL, leased_until = NULL, ended_at = $2, changed_at = $2,
            changed_by = $3
      WHERE state IN ('preparing', 'available', 'processing', 'processed', 'failed')
        AND id IN (SELECT share_id FROM share_objects WHERE grant_id = ANY($1))
        AND NOT EXISTS (SELECT 1 FROM share_objects o JOIN grants g ON g.id = o.grant_id
                         WHERE o.share_id = s.id AND g.revoked_at IS NULL)`,
    [grantIds, by.at, by.personId],
  );
}

/** Tidies up after the clock. Answers how many installations it archived. */
export const archiveExpired = (client: Queryable, now: Date): Promise<number> =>
  archive(client, 'p.grant_id IN (SELECT id FROM grants WHERE expires_at <= $1)', now, []);

/** Keeps what is known of the placed installations at this instant, and nothing later. */
async function archive(
  client: Queryable,
  condition: string,
  at: Date,
  values: readonly unknown[],
): Promise<number> {
  const { rowCount } = await client.query(
    `UPDATE installation_placements p
        SET archived_at = LEAST($1, (SELECT expires_at FROM grants WHERE id = p.grant_id)), known = COALESCE((SELECT ${known} || ${documents} FROM installations i WHERE i.id = p.installation_id), p.known)
      WHERE p.archived_at IS NULL AND ${condition}`,
    [at, ...values],
  );
  return rowCount ?? 0;
}

/** An installation in an organisation's tree: its own, or shared with it. */
export interface OrganisationInstallation {
  readonly installationId: string;
  readonly origin: 'own' | 'shared';
  /** Of an archived one what was known when the access ended. */
  readonly known: KnownInstallation;
  readonly locationId: string;
  readonly locationName: string;
  readonly grantId: string | null;
  readonly role: string | null;
  readonly sharedByName: string | null;
  readonly archivedAt: Date | null;
}

/** When the access to a placed installation ended; the clock ends it before anybody tidies up. */
const over = 'COALESCE(p.archived_at, CASE WHEN g.expires_at <= $5 THEN g.expires_at END)';

/** Those of an organisation by name, behind `after`. What has no live grant shows what was known, never what is. */
export async function installationsOfOrganisation(
  client: Queryable,
  organisationId: string,
  now: Date,
  after: { readonly name: string; readonly installationId: string } | null,
  count: number,
): Promise<readonly OrganisationInstallation[]> {
  const { rows } = await client.query<OrganisationInstallation>(
    `SELECT * FROM (
       SELECT i.id AS "installationId", 'own' AS origin, ${known} AS known, l.id AS "locationId",
              l.name AS "locationName", NULL::uuid AS "grantId", NULL AS role, NULL AS "sharedByName",
              NULL::timestamptz AS "archivedAt"
         FROM installations i JOIN locations l ON l.id = i.location_id WHERE l.installed_by_organisation_id = $1
       UNION ALL
       SELECT p.installation_id, 'shared',
              CASE WHEN ${over} IS NULL AND i.id IS NOT NULL THEN ${known} ELSE p.known END,
              l.id, l.name, g.id, g.role, o.name, ${over}
         FROM installation_placements p JOIN locations l ON l.id = p.location_id JOIN grants g ON g.id = p.grant_id
         LEFT JOIN organisations o ON o.id = g.granted_by_organisation_id
         LEFT JOIN installations i ON i.id = p.installation_id
        WHERE p.organisation_id = $1) each
      WHERE $2::text IS NULL OR (known->>'name', "installationId") > ($2, $3::uuid)
      ORDER BY known->>'name', "installationId" LIMIT $4`,
    [organisationId, after?.name ?? null, after?.installationId ?? null, count, now],
  );
  return rows;
}
