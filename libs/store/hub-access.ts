import { randomUUID } from 'node:crypto';
import type { AccessRequest, CameraPermission, SettingsAccess } from '#libs/entitlements/hub-access.js';
import type { WeeklyHours } from '#libs/entitlements/weekly-hours.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import type { EntitlementChange } from './entitlement-log.js';
import type { By } from './organisations.js';
import type { Queryable } from './pool.js';

/** Who looks after a hub for others: one of these two. */
export interface Professional {
  readonly personId: string | null;
  readonly organisationId: string | null;
}

export const sameProfessional = (a: Professional, b: Professional): boolean =>
  a.personId === b.personId && a.organisationId === b.organisationId;

/** A professional at a location: the standing part of the access, and the settings. */
export interface ProfessionalRow extends Professional {
  readonly name: string;
  readonly standingGrantId: string | null;
  readonly settingsGrantId: string | null;
  readonly settings: SettingsAccess;
}

/** A place with its hubs' administrators, as AJ-39 looks at it. */
export interface GuardedPlace {
  readonly ownerPersonId: string | null;
  readonly installedByOrganisationId: string | null;
  /** The installing organisation is a company that looks after hubs. */
  readonly installedByCompany: boolean;
  /** The company that set it up and has stood back. */
  readonly companyId: string | null;
  /** As professionals' access was last adjusted to it. */
  readonly wasGuarded: boolean;
  /** Live grants of hub administrators. */
  readonly administrators: number;
}

export async function guardedPlace(
  client: Queryable,
  locationId: string,
  now: Date,
): Promise<GuardedPlace | null> {
  const { rows } = await client.query<GuardedPlace>(
    `SELECT l.owner_person_id AS "ownerPersonId", l.installed_by_organisation_id AS "installedByOrganisationId",
            COALESCE(o.kind = 'company', FALSE) AS "installedByCompany", l.company_id AS "companyId",
            l.guarded_at IS NOT NULL AS "wasGuarded",
            (SELECT count(*) FROM grants g WHERE g.location_id = l.id AND g.role = 'hub-administrator'
                AND g.revoked_at IS NULL AND g.suspended_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > $2)
            ) AS administrators
       FROM locations l LEFT JOIN organisations o ON o.id = l.installed_by_organisation_id WHERE l.id = $1`,
    [locationId, now],
  );
  return rows[0] ?? null;
}

/** The professionals of a location. A grant for some actions only, on the whole location, is the standing part. */
export async function professionalsAt(
  client: Queryable,
  locationId: string,
): Promise<readonly ProfessionalRow[]> {
  const { rows } = await client.query<
    Professional & {
      readonly grantId: string;
      readonly name: string;
      readonly standing: boolean;
      readonly expiresAt: Date | null;
      readonly hours: WeeklyHours | null;
    }
  >(
    `SELECT g.id AS "grantId", g.grantee_person_id AS "personId", g.grantee_organisation_id AS "organisationId",
            COALESCE(u.name, o.name, '') AS name, g.actions IS NOT NULL AS standing, g.expires_at AS "expiresAt", g.hours
       FROM grants g LEFT JOIN identity."user" u ON u.id = g.grantee_person_id
       LEFT JOIN organisations o ON o.id = g.grantee_organisation_id
      WHERE g.location_id = $1 AND g.role = 'professional' AND g.revoked_at IS NULL AND g.suspended_at IS NULL
        AND g.device_id IS NULL AND NOT (g.actions IS NOT NULL AND g.expires_at IS NOT NULL)
      ORDER BY g.granted_at, g.id`,
    [locationId],
  );
  const found = new Map<string, ProfessionalRow>();
  for (const { grantId, standing, expiresAt, hours, ...who } of rows) {
    const key = `${who.personId}/${who.organisationId}`;
    const known = found.get(key) ?? {
      ...who,
      standingGrantId: null,
      settingsGrantId: null,
      settings: { until: 'never', hours: null },
    };
    const until = expiresAt === null ? ('always' as const) : epochMilliseconds(expiresAt.getTime());
    found.set(
      key,
      standing
        ? { ...known, standingGrantId: grantId }
        : { ...known, settingsGrantId: grantId, settings: { until, hours } },
    );
  }
  return [...found.values()];
}

/** What a professional who was removed still holds at the location: everything but the standing part. */
export async function orphanedGrants(client: Queryable, locationId: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT g.id FROM grants g
      WHERE g.location_id = $1 AND g.role = 'professional' AND g.revoked_at IS NULL
        AND (g.actions IS NULL OR g.expires_at IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM grants standing
             WHERE standing.location_id = $1 AND standing.role = 'professional' AND standing.revoked_at IS NULL
               AND standing.actions IS NOT NULL AND standing.expires_at IS NULL
               AND standing.grantee_person_id IS NOT DISTINCT FROM g.grantee_person_id
               AND standing.grantee_organisation_id IS NOT DISTINCT FROM g.grantee_organisation_id)`,
    [locationId],
  );
  return rows.map(({ id }) => id);
}

/** The company stands back, or comes back, and the place remembers since when it is guarded. */
export async function storeGuard(
  change: EntitlementChange,
  locationId: string,
  place: Pick<GuardedPlace, 'installedByOrganisationId' | 'companyId'>,
  guardedAt: Date | null,
): Promise<void> {
  await change.client.query(
    'UPDATE locations SET installed_by_organisation_id = $2, company_id = $3, guarded_at = $4 WHERE id = $1',
    [locationId, place.installedByOrganisationId, place.companyId, guardedAt],
  );
  await change.record('location', locationId);
}

/** A wish of a professional. */
export interface AccessRequestRow extends AccessRequest, Professional {
  readonly requestId: string;
  readonly locationId: string;
  readonly locationName: string;
  /** The professional's name. */
  readonly name: string;
  readonly kind: 'settings' | 'cameras';
  /** Null: for good. */
  readonly duration_h: 1 | 2 | 4 | 8 | null;
  readonly cameras: readonly string[];
  readonly permissions: readonly CameraPermission[];
  readonly language: string;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly createdByName: string;
}

async function select(
  client: Queryable,
  condition: string,
  values: unknown[],
): Promise<readonly AccessRequestRow[]> {
  const { rows } = await client.query<Omit<AccessRequestRow, 'expiresAt'> & { expiresAt: Date }>(
    `SELECT r.id AS "requestId", r.location_id AS "locationId", l.name AS "locationName", r.person_id AS "personId",
            r.organisation_id AS "organisationId", COALESCE(u.name, o.name, '') AS name, r.kind, r.duration_h, r.cameras,
            r.permissions, r.state, r.language, r.created_at AS "createdAt", r.created_by AS "createdBy",
            c.name AS "createdByName", r.expires_at AS "expiresAt"
       FROM hub_access_requests r JOIN locations l ON l.id = r.location_id JOIN identity."user" c ON c.id = r.created_by
       LEFT JOIN identity."user" u ON u.id = r.person_id LEFT JOIN organisations o ON o.id = r.organisation_id
      WHERE ${condition} ORDER BY r.created_at DESC, r.id`,
    values,
  );
  return rows.map((row) => ({ ...row, expiresAt: epochMilliseconds(row.expiresAt.getTime()) }));
}

export const accessRequestById = async (client: Queryable, id: string): Promise<AccessRequestRow | null> =>
  (await select(client, 'r.id = $1', [id]))[0] ?? null;

export const accessRequestsAt = (
  client: Queryable,
  locationId: string,
): Promise<readonly AccessRequestRow[]> => select(client, 'r.location_id = $1', [locationId]);

export async function insertAccessRequest(
  client: Queryable,
  request: AccessRequest &
    Professional &
    Pick<AccessRequestRow, 'locationId' | 'kind' | 'duration_h' | 'cameras' | 'permissions' | 'language'>,
  by: By,
): Promise<string> {
  const requestId = randomUUID();
  await client.query(
    `INSERT INTO hub_access_requests (id, location_id, person_id, organisation_id, kind, duration_h, cameras, permissions,
       state, language, created_at, created_by, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      requestId,
      request.locationId,
      request.personId,
      request.organisationId,
      request.kind,
      request.duration_h,
      request.cameras,
      request.permissions,
      request.state,
      request.language,
      by.at,
      by.personId,
      new Date(request.expiresAt),
    ],
  );
  return requestId;
}

/** Keeps the answer, and the grant that an approval gave. */
export async function answerAccessRequest(
  client: Queryable,
  requestId: string,
  state: AccessRequest['state'],
  grantId: string | null,
  by: By,
): Promise<void> {
  await client.query(
    'UPDATE hub_access_requests SET state = $2, grant_id = $3, answered_at = $4, answered_by = $5 WHERE id = $1',
    [requestId, state, grantId, by.at, by.personId],
  );
}

/** What somebody asked for who looks after the place no longer, or not yet for its new owner, can be approved no more. */
export async function withdrawIdleRequests(client: Queryable, locationId: string, at: Date): Promise<void> {
  await client.query(
    `UPDATE hub_access_requests r SET state = 'withdrawn', answered_at = $2
      WHERE r.location_id = $1 AND r.state = 'requested'
        AND NOT EXISTS (SELECT 1 FROM grants g
             WHERE g.location_id = $1 AND g.role = 'professional' AND g.revoked_at IS NULL AND g.suspended_at IS NULL
               AND g.actions IS NOT NULL AND g.expires_at IS NULL
               AND g.grantee_person_id IS NOT DISTINCT FROM r.person_id
               AND g.grantee_organisation_id IS NOT DISTINCT FROM r.organisation_id)`,
    [locationId, at],
  );
}

/** Who answers for the hubs of a place: its owner and the hubs' administrators (AJ-39). */
export async function guardiansOf(
  client: Queryable,
  locationId: string,
  now: Date,
): Promise<readonly { readonly personId: string; readonly email: string }[]> {
  const { rows } = await client.query<{ personId: string; email: string }>(
    `SELECT u.id AS "personId", u.email FROM identity."user" u
      WHERE u.id = (SELECT owner_person_id FROM locations WHERE id = $1)
         OR u.id IN (SELECT grantee_person_id FROM grants g WHERE g.location_id = $1 AND g.role = 'hub-administrator'
              AND g.revoked_at IS NULL AND g.suspended_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > $2))
      ORDER BY u.id`,
    [locationId, now],
  );
  return rows;
}
