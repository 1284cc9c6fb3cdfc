import type { LocationAction } from '#libs/entitlements/action.js';
import { EntitlementTable } from '#libs/entitlements/entitlement-table.js';
import {
  scopeKinds,
  type GrantFact,
  type MembershipFact,
  type NodeFact,
  type Scope,
  type ScopeKind,
} from '#libs/entitlements/facts.js';
import type { GrantRole, OrganisationRole } from '#libs/entitlements/role.js';
import type { WeeklyHours } from '#libs/entitlements/weekly-hours.js';
import { grantId, organisationId, personId, siteId } from '#libs/units/identifiers.js';
import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import type { EntitlementSubject } from './entitlement-log.js';
import type { Queryable } from './pool.js';

/** Live rows as the decisions take them. */
export interface FactRows {
  readonly nodes: readonly NodeFact[];
  readonly grants: readonly GrantFact[];
  readonly memberships: readonly MembershipFact[];
}

export type SubjectIds = Readonly<Record<EntitlementSubject, readonly string[]>>;

/** The live rows among these ids; an id that is missing is gone, removed or revoked. */
export async function readFacts(client: Queryable, ids: SubjectIds): Promise<FactRows> {
  const nodes: NodeFact[] = [];
  for (const kind of scopeKinds) {
    if (ids[kind].length > 0) nodes.push(...(await nodesOf(client, kind, ids[kind])));
  }
  return {
    nodes,
    memberships: ids.membership.length ? await memberships(client, 'id = ANY($1)', [ids.membership]) : [],
    grants: ids.grant.length ? await grants(client, 'id = ANY($1) AND revoked_at IS NULL', [ids.grant]) : [],
  };
}

/** What a decision about one person at one place needs, straight from the tables. */
export async function readFactsAround(
  client: Queryable,
  person: string,
  target: Scope,
): Promise<EntitlementTable> {
  const nodes = await pathOf(client, target);
  return EntitlementTable.of({
    nodes,
    memberships: await memberships(client, 'person_id = $1', [person]),
    grants: await grantsAlong(
      client,
      nodes.map(({ nodeId }) => nodeId),
    ),
  });
}

/** The node and everything it lies in, innermost first; empty when it is not there. */
export async function pathOf(client: Queryable, target: Scope): Promise<readonly NodeFact[]> {
  const path: NodeFact[] = [];
  let next: Scope | null = target;
  while (next) {
    const [node]: readonly NodeFact[] = await nodesOf(client, next.kind, [next.id]);
    if (!node) break;
    path.push(node);
    next = await parentOf(client, node);
  }
  return path;
}

/** A device's parent is its installation if it has one; whether that or a building, only the id does not tell. */
async function parentOf(client: Queryable, node: NodeFact): Promise<Scope | null> {
  if (node.kind === 'customer' || node.parentId === null) return null;
  if (node.kind === 'location') return { kind: 'customer', id: node.parentId };
  if (node.kind === 'building') return { kind: 'location', id: node.parentId };
  const inner: ScopeKind = node.kind === 'device' ? 'installation' : 'building';
  const [found] = await nodesOf(client, inner, [node.parentId]);
  return { kind: found ? inner : 'location', id: node.parentId };
}

const nodeQueries: Readonly<Record<ScopeKind, string>> = {
  customer: `SELECT id, NULL::uuid AS parent, NULL::timestamptz AS since, organisation_id AS organisation FROM customers`,
  location: `SELECT id, customer_id AS parent, COALESCE(customer_since, created_at) AS since,
                    installed_by_organisation_id AS organisation, owner_person_id AS owner, ownership_epoch AS epoch,
                    ownership_began_at AS "beganAt", partners_may_share AS "partnersMayShare" FROM locations`,
  building: `SELECT id, location_id AS parent, created_at AS since FROM buildings`,
  installation: `SELECT id, COALESCE(building_id, location_id) AS parent, created_at AS since FROM installations`,
  device: `SELECT id, COALESCE(installation_id, location_id) AS parent, created_at AS since FROM devices`,
};

interface NodeRow {
  readonly id: string;
  readonly parent: string | null;
  readonly since: Date | null;
  readonly organisation?: string | null;
  readonly owner?: string | null;
  readonly epoch?: number;
  readonly beganAt?: Date | null;
  readonly partnersMayShare?: boolean;
}

async function nodesOf(
  client: Queryable,
  kind: ScopeKind,
  ids: readonly string[],
): Promise<readonly NodeFact[]> {
  const { rows } = await client.query<NodeRow>(`${nodeQueries[kind]} WHERE id = ANY($1)`, [ids]);
  return rows.map((row) => nodeFact(kind, row));
}

function nodeFact(kind: ScopeKind, row: NodeRow): NodeFact {
  const organisation = row.organisation ? organisationId(row.organisation) : null;
  const since = instant(row.since) ?? epochMilliseconds(0);
  switch (kind) {
    case 'customer':
      return { kind, nodeId: row.id, organisationId: organisation ?? organisationId('') };
    case 'location':
      return {
        kind,
        nodeId: siteId(row.id),
        parentId: row.parent,
        since,
        ownerPersonId: row.owner ? personId(row.owner) : null,
        ownershipEpoch: row.epoch ?? 1,
        ownershipBeganAt: instant(row.beganAt ?? null),
        installedByOrganisationId: organisation,
        partnersMayShare: row.partnersMayShare ?? false,
      };
    default:
      return { kind, nodeId: row.id, parentId: row.parent ?? '', since };
  }
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

interface GrantColumns {
  readonly id: string;
  readonly customer_id: string | null;
  readonly location_id: string | null;
  readonly building_id: string | null;
  readonly installation_id: string | null;
  readonly device_id: string | null;
  readonly grantee_person_id: string | null;
  readonly grantee_organisation_id: string | null;
  readonly role: GrantRole;
  readonly granted_by: string;
  readonly granted_by_organisation_id: string | null;
  readonly granted_at: Date;
  readonly expires_at: Date | null;
  readonly suspended_at: Date | null;
  readonly parent_grant_id: string | null;
  readonly include_future: boolean;
  readonly actions: readonly LocationAction[] | null;
  readonly hours: WeeklyHours | null;
  readonly maximum_current_a: string | number | null;
}

const grantColumns = `id, customer_id, location_id, building_id, installation_id, device_id, grantee_person_id,
  grantee_organisation_id, role, granted_by, granted_by_organisation_id, granted_at, expires_at, suspended_at,
  parent_grant_id, include_future, actions, hours, maximum_current_a`;

async function grants(
  client: Queryable,
  condition: string,
  values: unknown[],
): Promise<readonly GrantFact[]> {
  const { rows } = await client.query<GrantColumns>(
    `SELECT ${grantColumns} FROM grants WHERE ${condition} ORDER BY granted_at, id`,
    values,
  );
  return rows.map(grantFact);
}

/** The live grants on these nodes, and every grant they were passed on from. */
async function grantsAlong(client: Queryable, nodes: readonly string[]): Promise<readonly GrantFact[]> {
  const { rows } = await client.query<GrantColumns>(
    `WITH RECURSIVE chain AS (
       SELECT * FROM grants
        WHERE revoked_at IS NULL
          AND (location_id = ANY($1) OR customer_id = ANY($1))
          AND COALESCE(device_id, installation_id, building_id, location_id, customer_id) = ANY($1)
       UNION
       SELECT parent.* FROM grants parent JOIN chain ON chain.parent_grant_id = parent.id
        WHERE parent.revoked_at IS NULL)
     SELECT ${grantColumns} FROM chain ORDER BY granted_at, id`,
    [nodes],
  );
  return rows.map(grantFact);
}

/** The same columns come as JSON from the log: instants as text. */
export function grantFact(row: GrantColumns): GrantFact {
  return {
    grantId: grantId(row.id),
    scope: scopeOf(row),
    grantee: row.grantee_person_id
      ? { kind: 'person', personId: personId(row.grantee_person_id) }
      : { kind: 'organisation', organisationId: organisationId(row.grantee_organisation_id ?? '') },
    role: row.role,
    grantedBy: personId(row.granted_by),
    grantedByOrganisationId: row.granted_by_organisation_id
      ? organisationId(row.granted_by_organisation_id)
      : null,
    grantedAt: instant(row.granted_at) ?? epochMilliseconds(0),
    expiresAt: instant(row.expires_at),
    suspended: row.suspended_at !== null,
    parentGrantId: row.parent_grant_id ? grantId(row.parent_grant_id) : null,
    includeFuture: row.include_future,
    actions: row.actions,
    hours: row.hours,
    maximumCurrent_A: row.maximum_current_a === null ? null : Number(row.maximum_current_a),
  };
}

function scopeOf(row: GrantColumns): Scope {
  if (row.device_id) return { kind: 'device', id: row.device_id };
  if (row.installation_id) return { kind: 'installation', id: row.installation_id };
  if (row.building_id) return { kind: 'building', id: row.building_id };
  return row.location_id
    ? { kind: 'location', id: row.location_id }
    : { kind: 'customer', id: row.customer_id ?? '' };
}

const instant = (value: Date | string | null): EpochMilliseconds | null =>
  value === null ? null : epochMilliseconds(new Date(value).getTime());
