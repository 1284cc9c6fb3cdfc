import type { Facts, GrantFact, LocationFact, MembershipFact } from '#libs/entitlements/facts.js';
import type { GrantRole, OrganisationRole } from '#libs/entitlements/role.js';
import { grantId, organisationId, personId, siteId } from '#libs/units/identifiers.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { headOf } from './entitlement-log.js';
import { inTransaction, type Pool, type Queryable } from './pool.js';

export type LocationRow = Omit<LocationFact, 'grants'>;

/** Everything the snapshot holds, as of one log number. */
export interface AllFacts {
  readonly sequence: number;
  readonly memberships: readonly MembershipFact[];
  readonly locations: readonly LocationRow[];
  readonly grants: readonly GrantFact[];
}

/** All facts and the log's head in one repeatable-read view: nothing between them is lost or seen twice. */
export const readAllFacts = (pool: Pool): Promise<AllFacts> =>
  inTransaction(pool, async (client) => {
    await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    return {
      sequence: await headOf(client),
      memberships: await memberships(client, 'TRUE', []),
      locations: await locations(client, 'TRUE', []),
      grants: await grants(client, 'TRUE', []),
    };
  });

/** The live rows among these ids; an id that is missing is gone, removed or revoked. */
export async function readFacts(
  client: Queryable,
  ids: {
    readonly membership: readonly string[];
    readonly location: readonly string[];
    readonly grant: readonly string[];
  },
): Promise<Omit<AllFacts, 'sequence'>> {
  return {
    memberships: ids.membership.length ? await memberships(client, 'id = ANY($1)', [ids.membership]) : [],
    locations: ids.location.length ? await locations(client, 'id = ANY($1)', [ids.location]) : [],
    grants: ids.grant.length ? await grants(client, 'id = ANY($1)', [ids.grant]) : [],
  };
}

/** What a decision about one person at one location needs, straight from the tables. */
export async function readFactsOf(client: Queryable, person: string, location: string): Promise<Facts> {
  const ofPerson = await memberships(client, 'person_id = $1', [person]);
  const [row] = await locations(client, 'id = $1', [location]);
  const given = await grants(client, 'location_id = $1', [location]);
  return {
    location: (id) => (row && row.locationId === id ? { ...row, grants: given } : undefined),
    membershipsOf: (id) => (id === person ? ofPerson : []),
  };
}

async function memberships(
  client: Queryable,
  condition: string,
  values: unknown[],
): Promise<readonly MembershipFact[]> {
  const { rows } = await client.query<{
    id: string;
    organisation_id: string;
    person_id: string;
    role: OrganisationRole;
  }>(
    `SELECT id, organisation_id, person_id, role FROM memberships
      WHERE removed_at IS NULL AND ${condition} ORDER BY since, id`,
    values,
  );
  return rows.map((row) => ({
    membershipId: row.id,
    organisationId: organisationId(row.organisation_id),
    personId: personId(row.person_id),
    role: row.role,
  }));
}

async function locations(
  client: Queryable,
  condition: string,
  values: unknown[],
): Promise<readonly LocationRow[]> {
  const { rows } = await client.query<{
    id: string;
    owner_person_id: string | null;
    ownership_epoch: number;
    ownership_began_at: Date | null;
    installed_by_organisation_id: string | null;
  }>(
    `SELECT id, owner_person_id, ownership_epoch, ownership_began_at, installed_by_organisation_id
       FROM locations WHERE ${condition}`,
    values,
  );
  return rows.map((row) => ({
    locationId: siteId(row.id),
    ownerPersonId: row.owner_person_id === null ? null : personId(row.owner_person_id),
    ownershipEpoch: row.ownership_epoch,
    ownershipBeganAt:
      row.ownership_began_at === null ? null : epochMilliseconds(row.ownership_began_at.getTime()),
    installedByOrganisationId:
      row.installed_by_organisation_id === null ? null : organisationId(row.installed_by_organisation_id),
  }));
}

async function grants(
  client: Queryable,
  condition: string,
  values: unknown[],
): Promise<readonly GrantFact[]> {
  const { rows } = await client.query<{
    id: string;
    location_id: string;
    grantee_person_id: string | null;
    grantee_organisation_id: string;
    role: GrantRole;
    granted_by: string;
    expires_at: Date | null;
    suspended: boolean;
  }>(
    `SELECT id, location_id, grantee_person_id, grantee_organisation_id, role, granted_by, expires_at,
            suspended_at IS NOT NULL AS suspended FROM grants
      WHERE revoked_at IS NULL AND ${condition} ORDER BY granted_at, id`,
    values,
  );
  return rows.map((row) => ({
    grantId: grantId(row.id),
    locationId: siteId(row.location_id),
    grantee:
      row.grantee_person_id === null
        ? { kind: 'organisation', organisationId: organisationId(row.grantee_organisation_id) }
        : { kind: 'person', personId: personId(row.grantee_person_id) },
    role: row.role,
    grantedBy: personId(row.granted_by),
    expiresAt: row.expires_at === null ? null : epochMilliseconds(row.expires_at.getTime()),
    suspended: row.suspended,
  }));
}
