import type pg from 'pg';
import type { LocationAction } from '#libs/entitlements/action.js';
import { EntitlementTable, maskOf } from '#libs/entitlements/entitlement-table.js';
import type { PartFact } from '#libs/entitlements/facts.js';
import { everyAction, grantFlags } from '#libs/entitlements/grant-rows.js';
import type { IdentifierTable } from '#libs/entitlements/identifier-table.js';
import { locationRoles } from '#libs/entitlements/role.js';
import { TextTable } from '#libs/entitlements/text-table.js';
import type { WeeklyHours } from '#libs/entitlements/weekly-hours.js';
import { copyRows, type CopyRow } from './copy-reader.js';
import { headOf } from './entitlement-log.js';
import { inTransaction, type Pool } from './pool.js';

/**
 * All facts and the log's head in one repeatable-read view: nothing between them is lost or seen twice. The rows go from
 * the wire straight into the table's columns.
 */
export const loadEntitlements = (pool: Pool): Promise<{ sequence: number; table: EntitlementTable }> =>
  inTransaction(pool, async (client) => {
    await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    // The grants are sorted; with the usual 4 MB that would be done on disk.
    await client.query(`SET LOCAL work_mem = '256MB'`);
    const sequence = await headOf(client);
    const table = new EntitlementTable(await expected(client));
    await loadCustomers(client, table);
    await loadLocations(client, table);
    await loadParts(client, table, 'building', 'SELECT id, location_id, created_at FROM buildings');
    await loadParts(
      client,
      table,
      'installation',
      'SELECT id, COALESCE(building_id, location_id), created_at FROM installations',
    );
    await loadParts(
      client,
      table,
      'device',
      'SELECT id, COALESCE(installation_id, location_id), created_at FROM devices',
    );
    await loadMemberships(client, table);
    await loadGrants(client, table);
    return { sequence, table };
  });

async function expected(client: pg.PoolClient): Promise<ConstructorParameters<typeof EntitlementTable>[0]> {
  const { rows } = await client.query<ConstructorParameters<typeof EntitlementTable>[0]>(
    `SELECT (SELECT count(*) FROM customers) + l.count + (SELECT count(*) FROM buildings)
            + (SELECT count(*) FROM installations) + (SELECT count(*) FROM devices) AS nodes,
            l.count AS locations,
            (SELECT count(*) FROM grants WHERE revoked_at IS NULL) AS grants,
            (SELECT count(*) FROM memberships WHERE removed_at IS NULL) AS memberships
       FROM (SELECT count(*) FROM locations) l`,
  );
  return rows[0] ?? { nodes: 0, locations: 0, grants: 0, memberships: 0 };
}

const loadCustomers = (client: pg.PoolClient, table: EntitlementTable): Promise<void> =>
  copyRows(client, 'SELECT id, organisation_id FROM customers', 2, (row) => {
    const node = nodeOf(table, row, 0);
    table.nodes.put(node, 'customer', -1, 0);
    table.nodes.setHolders(node, -1, orNone(table.organisations, row, 1));
  });

const loadLocations = (client: pg.PoolClient, table: EntitlementTable): Promise<void> =>
  copyRows(
    client,
    `SELECT id, customer_id, COALESCE(customer_since, created_at), owner_person_id, ownership_epoch,
            ownership_began_at, installed_by_organisation_id, partners_may_share FROM locations`,
    8,
    (row) => {
      table.setLocation(nodeOf(table, row, 0), {
        customer: row.isNull(1) ? -1 : nodeOf(table, row, 1),
        since: row.instant_ms(2),
        owner: personOf(table, row, 3),
        epoch: row.int4(4),
        beganAt: row.isNull(5) ? Number.NaN : row.instant_ms(5),
        organisation: orNone(table.organisations, row, 6),
        partnersMayShare: row.bool(7),
      });
    },
  );

const loadParts = (
  client: pg.PoolClient,
  table: EntitlementTable,
  kind: PartFact['kind'],
  query: string,
): Promise<void> =>
  copyRows(client, query, 3, (row) => {
    table.nodes.put(nodeOf(table, row, 0), kind, nodeOf(table, row, 1), row.instant_ms(2));
  });

const loadMemberships = (client: pg.PoolClient, table: EntitlementTable): Promise<void> =>
  copyRows(
    client,
    `SELECT id, person_id, organisation_id, role FROM memberships WHERE removed_at IS NULL ORDER BY since, id`,
    4,
    (row) => {
      const membership = table.memberships.ids.internBytes(row.bytes, row.at(0));
      const organisation = orNone(table.organisations, row, 2);
      table.setMembership(membership, personOf(table, row, 1), organisation, roleOf(row, 3));
    },
  );

/** In the order of locations, so that the grants of one lie beside each other in memory. */
const loadGrants = (client: pg.PoolClient, table: EntitlementTable): Promise<void> =>
  copyRows(
    client,
    `SELECT id, COALESCE(device_id, installation_id, building_id, location_id, customer_id), grantee_person_id,
            grantee_organisation_id, role, parent_grant_id, granted_by, granted_by_organisation_id, granted_at,
            expires_at, suspended_at IS NOT NULL, include_future, actions::text, hours::text,
            maximum_current_a::float8
       FROM grants WHERE revoked_at IS NULL ORDER BY location_id, granted_at, id`,
    15,
    (row) => {
      const { grants } = table;
      const grant = grants.reserve(grants.ids.internBytes(row.bytes, row.at(0)));
      const hours = row.isNull(13) ? null : (JSON.parse(row.text(13)) as WeeklyHours);
      table.setGrant(grant, {
        flags:
          (row.bool(10) ? grantFlags.suspended : 0) |
          (row.bool(11) ? grantFlags.includeFuture : 0) |
          (hours ? grantFlags.timed : 0),
        scope: nodeOf(table, row, 1),
        person: personOf(table, row, 2),
        organisation: orNone(table.organisations, row, 3),
        role: roleOf(row, 4),
        parent: row.isNull(5) ? -1 : grants.reserve(grants.ids.internBytes(row.bytes, row.at(5))),
        grantedBy: personOf(table, row, 6),
        grantedByOrganisation: orNone(table.organisations, row, 7),
        grantedAt: row.instant_ms(8),
        expiresAt: row.isNull(9) ? Number.POSITIVE_INFINITY : row.instant_ms(9),
        actions: row.isNull(12) ? everyAction : maskOf(actionsOf(row.text(12))),
      });
      table.setLimits(grant, hours, row.isNull(14) ? null : row.float8(14));
    },
  );

/** A text array as PostgreSQL writes it; the names in it need no quotes around a hyphen. */
const actionsOf = (text: string): readonly LocationAction[] =>
  text.slice(1, -1).split(',').filter(Boolean) as LocationAction[];

/** The few names of roles, found by their bytes, without making a string for each of a million rows. */
const roles = new TextTable();
for (const role of locationRoles) roles.intern(role);
const roleOf = (row: CopyRow, column: number): number =>
  roles.findAscii(row.bytes, row.at(column), row.length(column));

const nodeOf = (table: EntitlementTable, row: CopyRow, column: number): number =>
  table.nodes.reserve(table.nodes.ids.internBytes(row.bytes, row.at(column)));

const orNone = (ids: IdentifierTable, row: CopyRow, column: number): number =>
  row.isNull(column) ? -1 : ids.internBytes(row.bytes, row.at(column));

function personOf(table: EntitlementTable, row: CopyRow, column: number): number {
  if (row.isNull(column)) return -1;
  const person = table.internPersonAscii(row.bytes, row.at(column), row.length(column));
  return person === -1 ? table.internPerson(row.text(column)) : person;
}
