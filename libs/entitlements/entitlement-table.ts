import { grantId, organisationId, personId, siteId, type PersonId } from '#libs/units/identifiers.js';
import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import { locationActions, type LocationAction } from './action.js';
import type { GrantFact, LocationFact, MembershipFact, NodeFact, Scope } from './facts.js';
import { everyAction, grantFlags, GrantRows, MembershipRows } from './grant-rows.js';
import { IdentifierTable } from './identifier-table.js';
import { kindCodes, kindOfCode, LocationRows, NodeRows } from './node-rows.js';
import { locationRoles, type GrantRole, type OrganisationRole } from './role.js';

/** How much room to make at once; zeros for a handful of facts. */
export interface Expected {
  readonly nodes: number;
  readonly locations: number;
  readonly grants: number;
  readonly memberships: number;
}
const aHandful: Expected = { nodes: 0, locations: 0, grants: 0, memberships: 0 };

const roleCodes = new Map(locationRoles.map((role, code) => [role, code]));
const actionCodes = new Map(locationActions.map((action, code) => [action, code]));
export const actionCode = (action: LocationAction): number => actionCodes.get(action) ?? -1;

/**
 * Everything decisions are made from, as columns of numbers: the whole product's in one process's memory, or the few
 * rows that one transaction read. Facts may come in any order; what names something unknown leads nowhere until it comes.
 */
export class EntitlementTable {
  readonly nodes: NodeRows;
  readonly locations: LocationRows;
  readonly grants: GrantRows;
  readonly memberships: MembershipRows;
  readonly organisations = new IdentifierTable(0);
  private readonly people = new Map<string, number>();
  private readonly personIds: string[] = [];

  constructor(expected: Expected) {
    this.nodes = new NodeRows(expected.nodes);
    this.locations = new LocationRows(expected.locations);
    this.grants = new GrantRows(expected.grants);
    this.memberships = new MembershipRows(expected.memberships);
  }

  /** A table of a few facts. */
  static of(facts: {
    readonly nodes: Iterable<NodeFact>;
    readonly grants: Iterable<GrantFact>;
    readonly memberships: Iterable<MembershipFact>;
  }): EntitlementTable {
    const table = new EntitlementTable(aHandful);
    for (const node of facts.nodes) table.putNode(node);
    for (const membership of facts.memberships) table.putMembership(membership);
    for (const grant of facts.grants) table.putGrant(grant);
    return table;
  }

  /** Row of a person; -1 when no fact names them. */
  personRow(person: PersonId): number {
    return this.people.get(person) ?? -1;
  }

  internPerson(person: string): number {
    const known = this.people.get(person);
    if (known !== undefined) return known;
    const row = this.personIds.length;
    this.people.set(person, row);
    this.personIds.push(person);
    return row;
  }

  personOf(row: number): PersonId {
    return personId(this.personIds[row] ?? '');
  }

  /** Row of the node if it is there and of that kind; -1 otherwise. */
  nodeRow(scope: Scope): number {
    const row = this.nodes.ids.find(scope.id);
    return row !== -1 && this.nodes.kind[row] === kindCodes[scope.kind] ? row : -1;
  }

  putNode(fact: NodeFact): void {
    const { nodes } = this;
    const row = nodes.rowOf(fact.nodeId);
    switch (fact.kind) {
      case 'customer':
        nodes.put(row, 'customer', -1, 0);
        nodes.detail[row] = this.organisations.intern(fact.organisationId);
        return;
      case 'location':
        this.putLocation(row, fact);
        return;
      default:
        nodes.put(row, fact.kind, nodes.rowOf(fact.parentId), fact.since);
    }
  }

  removeNode(id: string): void {
    const row = this.nodes.ids.find(id);
    if (row === -1) return;
    if (this.nodes.kind[row] === kindCodes.location) {
      const location = this.nodes.detail[row]!;
      this.locations.ofOwner.move(location, -1);
      this.locations.ofOrganisation.move(location, -1);
      this.locations.ofCustomer.move(location, -1);
    }
    this.nodes.remove(row);
  }

  putGrant(fact: GrantFact): void {
    const { grants } = this;
    const row = grants.rowOf(fact.grantId);
    // Before any column is written: room made for a parent that comes later gives every column anew.
    const parent = fact.parentGrantId === null ? -1 : grants.rowOf(fact.parentGrantId);
    const scope = this.nodes.rowOf(fact.scope.id);
    grants.flags[row] =
      grantFlags.live |
      (fact.suspended ? grantFlags.suspended : 0) |
      (fact.includeFuture ? grantFlags.includeFuture : 0) |
      (fact.hours ? grantFlags.timed : 0);
    grants.scope[row] = scope;
    grants.role[row] = roleCodes.get(fact.role) ?? 0;
    grants.parent[row] = parent;
    grants.grantedBy[row] = this.internPerson(fact.grantedBy);
    grants.grantedByOrganisation[row] =
      fact.grantedByOrganisationId === null ? -1 : this.organisations.intern(fact.grantedByOrganisationId);
    grants.grantedAt[row] = fact.grantedAt;
    grants.expiresAt[row] = fact.expiresAt ?? Number.POSITIVE_INFINITY;
    grants.actions[row] = fact.actions === null ? everyAction : maskOf(fact.actions);
    if (fact.hours) grants.hours.set(row, fact.hours);
    else grants.hours.delete(row);
    if (fact.maximumCurrent_A === null) grants.maximumCurrent_A.delete(row);
    else grants.maximumCurrent_A.set(row, fact.maximumCurrent_A);
    grants.ofNode.move(row, scope);
    const person = fact.grantee.kind === 'person' ? this.internPerson(fact.grantee.personId) : -1;
    const organisation =
      fact.grantee.kind === 'organisation' ? this.organisations.intern(fact.grantee.organisationId) : -1;
    grants.grantee[row] = person === -1 ? -1 - organisation : person;
    grants.ofPerson.move(row, person);
    grants.ofOrganisation.move(row, organisation);
  }

  removeGrant(id: string): void {
    const row = this.grants.ids.find(id);
    if (row !== -1) this.grants.remove(row);
  }

  putMembership(fact: MembershipFact): void {
    const { memberships } = this;
    const row = memberships.rowOf(fact.membershipId);
    const person = this.internPerson(fact.personId);
    memberships.person[row] = person;
    memberships.organisation[row] = this.organisations.intern(fact.organisationId);
    memberships.role[row] = roleCodes.get(fact.role) ?? 0;
    memberships.ofPerson.move(row, person);
  }

  removeMembership(id: string): void {
    const row = this.memberships.ids.find(id);
    if (row !== -1) this.memberships.remove(row);
  }

  location(id: string): LocationFact | undefined {
    const row = this.nodeRow({ kind: 'location', id });
    return row === -1 ? undefined : this.locationAt(row);
  }

  locationAt(node: number): LocationFact {
    const { nodes, locations } = this;
    const row = nodes.detail[node]!;
    const beganAt = locations.beganAt[row]!;
    return {
      kind: 'location',
      nodeId: siteId(nodes.ids.idOf(node)),
      parentId: nodes.parent[node] === -1 ? null : nodes.ids.idOf(nodes.parent[node]!),
      since: epochMilliseconds(nodes.since[node]!),
      ownerPersonId: locations.owner[row] === -1 ? null : this.personOf(locations.owner[row]!),
      ownershipEpoch: locations.epoch[row]!,
      ownershipBeganAt: Number.isNaN(beganAt) ? null : epochMilliseconds(beganAt),
      installedByOrganisationId: this.organisationOf(locations.organisation[row]!),
      partnersMayShare: locations.partnersMayShare[row] === 1,
    };
  }

  /** The location a node lies in, itself if it is one; null for a customer or what is not there. */
  locationRowOf(node: number): number {
    for (let row = node; row !== -1; row = this.nodes.parent[row]!) {
      if (this.nodes.kind[row] === kindCodes.location) return row;
    }
    return -1;
  }

  grant(id: string): GrantFact | undefined {
    const row = this.grants.ids.find(id);
    return row !== -1 && this.grants.is(row, grantFlags.live) ? this.grantAt(row) : undefined;
  }

  /** Grants given on this very node, oldest first. */
  grantsOn(scope: Scope): readonly GrantFact[] {
    const node = this.nodeRow(scope);
    return [...this.grants.ofNode.rowsOf(node)].map((row) => this.grantAt(row));
  }

  grantAt(row: number): GrantFact {
    const { grants } = this;
    const grantee = grants.grantee[row]!;
    const parent = grants.parent[row]!;
    const expiresAt = grants.expiresAt[row]!;
    const mask = grants.actions[row]!;
    return {
      grantId: grantId(grants.ids.idOf(row)),
      scope: this.scopeOf(grants.scope[row]!),
      grantee:
        grantee >= 0
          ? { kind: 'person', personId: this.personOf(grantee) }
          : { kind: 'organisation', organisationId: organisationId(this.organisations.idOf(-1 - grantee)) },
      role: this.roleOf(grants.role[row]!) as GrantRole,
      grantedBy: this.personOf(grants.grantedBy[row]!),
      grantedByOrganisationId: this.organisationOf(grants.grantedByOrganisation[row]!),
      grantedAt: epochMilliseconds(grants.grantedAt[row]!),
      expiresAt: expiresAt === Number.POSITIVE_INFINITY ? null : epochMilliseconds(expiresAt),
      suspended: grants.is(row, grantFlags.suspended),
      parentGrantId: parent === -1 ? null : grantId(grants.ids.idOf(parent)),
      includeFuture: grants.is(row, grantFlags.includeFuture),
      actions: mask === everyAction ? null : locationActions.filter((_, bit) => (mask & (1 << bit)) !== 0),
      hours: grants.hours.get(row) ?? null,
      maximumCurrent_A: grants.maximumCurrent_A.get(row) ?? null,
    };
  }

  membershipsOf(person: PersonId): readonly MembershipFact[] {
    return [...this.memberships.ofPerson.rowsOf(this.personRow(person))].map((row) => this.membershipAt(row));
  }

  membershipAt(row: number): MembershipFact {
    const { memberships } = this;
    return {
      membershipId: memberships.ids.idOf(row),
      organisationId: organisationId(this.organisations.idOf(memberships.organisation[row]!)),
      personId: this.personOf(memberships.person[row]!),
      role: this.roleOf(memberships.role[row]!) as OrganisationRole,
    };
  }

  scopeOf(node: number): Scope {
    return { kind: kindOfCode[this.nodes.kind[node]!] ?? 'location', id: this.nodes.ids.idOf(node) };
  }

  roleOf(code: number): (typeof locationRoles)[number] {
    return locationRoles[code] ?? 'guest';
  }

  createdAt(node: number): EpochMilliseconds {
    return epochMilliseconds(this.nodes.since[node]!);
  }

  private putLocation(row: number, fact: LocationFact): void {
    const { nodes, locations } = this;
    const customer = fact.parentId === null ? -1 : nodes.rowOf(fact.parentId);
    const at = nodes.detail[row] === -1 ? locations.add(row) : nodes.detail[row]!;
    nodes.put(row, 'location', customer, fact.since);
    nodes.detail[row] = at;
    locations.owner[at] = fact.ownerPersonId === null ? -1 : this.internPerson(fact.ownerPersonId);
    locations.epoch[at] = fact.ownershipEpoch;
    locations.beganAt[at] = fact.ownershipBeganAt ?? Number.NaN;
    locations.organisation[at] =
      fact.installedByOrganisationId === null
        ? -1
        : this.organisations.intern(fact.installedByOrganisationId);
    locations.partnersMayShare[at] = fact.partnersMayShare ? 1 : 0;
    locations.ofOwner.move(at, locations.owner[at]);
    locations.ofOrganisation.move(at, locations.organisation[at]);
    locations.ofCustomer.move(at, customer);
  }

  private organisationOf(row: number): MembershipFact['organisationId'] | null {
    return row === -1 ? null : organisationId(this.organisations.idOf(row));
  }
}

const maskOf = (actions: readonly LocationAction[]): number =>
  actions.reduce((mask, action) => mask | (1 << actionCode(action)), 0);
