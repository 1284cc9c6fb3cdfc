import { EntitlementTable } from '#libs/entitlements/entitlement-table.js';
import { grantFlags } from '#libs/entitlements/grant-rows.js';
import type { PersonId, SiteId } from '#libs/units/identifiers.js';
import { siteId } from '#libs/units/identifiers.js';
import type { FactRows, SubjectIds } from '#libs/store/entitlement-facts.js';

/** Whom a change concerns: streams of these people and at these locations are looked at again. */
export interface Concerned {
  readonly people: ReadonlySet<string>;
  readonly locations: ReadonlySet<string>;
  /** It reaches further than can be said: every stream is looked at. */
  readonly everything: boolean;
}

/** Every entitlement in memory, so that a check costs about a microsecond. Only its tail (entitlement-tail.ts) writes to it. */
export class EntitlementSnapshot {
  /** Replaced as a whole by a full load. */
  table = EntitlementTable.of({ nodes: [], grants: [], memberships: [] });

  /** Every location that some fact connects with the person; whether it allows anything is for `decide`. */
  candidatesOf(person: PersonId): ReadonlySet<SiteId> {
    const { table } = this;
    const found = new Set<number>();
    const row = table.personRow(person);
    for (const owned of table.locations.ofOwner.rowsOf(row)) found.add(table.locations.node[owned]!);
    this.addGranted(table.grants.ofPerson.rowsOf(row), found);
    for (const membership of table.memberships.ofPerson.rowsOf(row)) {
      const organisation = table.memberships.organisation(membership);
      for (const installed of table.locations.ofOrganisation.rowsOf(organisation)) {
        found.add(table.locations.node[installed]!);
      }
      this.addGranted(table.grants.ofOrganisation.rowsOf(organisation), found);
    }
    return new Set([...found].map((node) => siteId(table.nodes.ids.idOf(node))));
  }

  /** Takes over the rows as they are now; an id of `ids` without a row is gone. */
  apply(ids: SubjectIds, rows: FactRows): Concerned {
    const { table } = this;
    const people = new Set<string>();
    const locations = new Set<string>();
    let everything = false;
    const touch = (node: number): void => {
      const location = table.locationRowOf(node);
      if (location === -1) everything = true;
      else locations.add(table.nodes.ids.idOf(location));
    };
    const touchId = (id: string): void => {
      const row = table.nodes.ids.find(id);
      if (row !== -1 && table.nodes.kind(row) !== -1) touch(row);
    };

    const nodeIds = [ids.customer, ids.location, ids.building, ids.installation, ids.device].flat();
    for (const id of nodeIds) touchId(id);
    const present = new Set(rows.nodes.map(({ nodeId }): string => nodeId));
    for (const id of nodeIds) if (!present.has(id)) table.removeNode(id);
    for (const node of rows.nodes) table.putNode(node);
    for (const node of rows.nodes) touchId(node.nodeId);

    for (const id of ids.membership) {
      const row = table.memberships.ids.find(id);
      if (row !== -1 && table.memberships.person(row) !== -1) {
        people.add(table.personOf(table.memberships.person(row)));
      }
      table.removeMembership(id);
    }
    for (const membership of rows.memberships) {
      people.add(membership.personId);
      table.putMembership(membership);
    }

    for (const id of ids.grant) {
      const row = table.grants.ids.find(id);
      if (row !== -1 && table.grants.is(row, grantFlags.live)) touch(table.grants.scope(row));
      table.removeGrant(id);
    }
    for (const grant of rows.grants) {
      table.putGrant(grant);
      touch(table.nodes.rowOf(grant.scope.id));
    }
    return { people, locations, everything };
  }

  private addGranted(grants: Iterable<number>, found: Set<number>): void {
    const { table } = this;
    for (const grant of grants) {
      const scope = table.grants.scope(grant);
      const location = table.locationRowOf(scope);
      if (location !== -1) {
        found.add(location);
        continue;
      }
      for (const row of table.locations.ofCustomer.rowsOf(scope)) found.add(table.locations.node[row]!);
    }
  }
}
