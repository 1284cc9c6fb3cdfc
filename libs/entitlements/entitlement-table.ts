import { grantId, organisationId, personId, siteId, type PersonId } from '#libs/units/identifiers.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { locationActions, type LocationAction } from './action.js';
import {
  scopeKinds,
  type GrantFact,
  type LocationFact,
  type MembershipFact,
  type NodeFact,
  type Scope,
} from './facts.js';
import { everyAction, grantFlags, GrantRows, type GrantColumns } from './grant-rows.js';
import { IdentifierTable } from './identifier-table.js';
import { MembershipRows } from './membership-rows.js';
import { kindCodes, LocationRows, NodeRows } from './node-rows.js';
import { locationRoles, type GrantRole, type OrganisationRole } from './role.js';
import { TextTable } from './text-table.js';
import type { WeeklyHours } from './weekly-hours.js';

/** How much room to make at once; zeros for a handful of facts. */
export interface Expected {
  readonly nodes: number;
  readonly locations: number;
  readonly grants: number;
  readonly memberships: number;
}
const aHandful: Expected = { nodes: 0, locations: 0, grants: 0, memberships: 0 };

const roleCodes = new Map<string, number>(locationRoles.map((role, code) => [role, code]));
export const roleCode = (role: string): number => roleCodes.get(role) ?? -1;
const actionCodes = new Map(locationActions.map((action, code) => [action, code]));
export const actionCode = (action: LocationAction): number => actionCodes.get(action) ?? -1;

/** A location as numbers; -1 where there is none, NaN where the epoch began with the location. */
export interface LocationColumns {
  readonly customer: number;
  readonly since: number;
  readonly owner: number;
  readonly epoch: number;
  readonly beganAt: number;
  readonly organisation: number;
  readonly partnersMayShare: boolean;
}

/**
 * Everything decisions are made from, as columns of numbers: the whole product's in one process's memory, or the few
 * rows that one transaction read. Facts may come in any order; what names something unknown leads nowhere until it comes.
 */
export class EntitlementTable {
  readonly nodes: NodeRows;
  readonly locations: LocationRows;
  readonly grants: GrantRows;
  readonly memberships: MembershipRows;
  readonly organisations = new IdentifierTable(0, 0);
  private readonly people = new TextTable();

  constructor(expected: Expected) {
    this.nodes = new NodeRows(expected.nodes);
    this.locations = new LocationRows(expected.locations);
    this.grants = new GrantRows(expected.grants, this.nodes);
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
    return this.people.find(person);
  }

  internPerson(person: string): number {
    return this.people.intern(person);
  }

  /** The same for the bytes of the identifier; -1 when they are more than ASCII. */
  internPersonAscii(bytes: Uint8Array, start: number, length: number): number {
    return this.people.internAscii(bytes, start, length);
  }

  personOf(row: number): PersonId {
    return personId(this.people.textOf(row));
  }

  /** Row of the node if it is there and of that kind; -1 otherwise. */
  nodeRow(scope: Scope): number {
    const row = this.nodes.ids.find(scope.id);
    // A name for the code, not a code for the name: that would be a search by text.
    return row !== -1 && scopeKinds[this.nodes.kind(row)] === scope.kind ? row : -1;
  }

  putNode(fact: NodeFact): void {
    const { nodes } = this;
    const row = nodes.rowOf(fact.nodeId);
    switch (fact.kind) {
      case 'customer':
        nodes.put(row, 'customer', -1, 0);
        nodes.setHolders(row, -1, this.organisations.intern(fact.organisationId));
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
    if (this.nodes.kind(row) === kindCodes.location) {
      const location = this.nodes.detail(row);
      this.locations.ofOwner.move(location, -1);
      this.locations.ofOrganisation.move(location, -1);
      this.locations.ofCustomer.move(location, -1);
    }
    this.nodes.remove(row);
  }

  putGrant(fact: GrantFact): void {
    const row = this.grants.rowOf(fact.grantId);
    const { grantee, expiresAt, actions, grantedByOrganisationId: organisation, parentGrantId } = fact;
    this.setGrant(row, {
      flags:
        (fact.suspended ? grantFlags.suspended : 0) |
        (fact.includeFuture ? grantFlags.includeFuture : 0) |
        (fact.hours ? grantFlags.timed : 0),
      scope: this.nodes.rowOf(fact.scope.id),
      person: grantee.kind === 'person' ? this.internPerson(grantee.personId) : -1,
      organisation: grantee.kind === 'organisation' ? this.organisations.intern(grantee.organisationId) : -1,
      role: roleCode(fact.role),
      parent: parentGrantId === null ? -1 : this.grants.rowOf(parentGrantId),
      grantedBy: this.internPerson(fact.grantedBy),
      grantedByOrganisation: organisation === null ? -1 : this.organisations.intern(organisation),
      grantedAt: fact.grantedAt,
      expiresAt: expiresAt ?? Number.POSITIVE_INFINITY,
      actions: actions === null ? everyAction : maskOf(actions),
    });
    this.setLimits(row, fact.hours, fact.maximumCurrent_A);
  }

  /** The same in numbers: rows instead of identifiers. */
  setGrant(row: number, columns: GrantColumns): void {
    this.grants.set(row, columns);
  }

  setLimits(row: number, hours: WeeklyHours | null, maximumCurrent_A: number | null): void {
    const { grants } = this;
    if (hours) grants.hours.set(row, hours);
    else grants.hours.delete(row);
    if (maximumCurrent_A === null) grants.maximumCurrent_A.delete(row);
    else grants.maximumCurrent_A.set(row, maximumCurrent_A);
  }

  removeGrant(id: string): void {
    const row = this.grants.ids.find(id);
    if (row !== -1) this.grants.remove(row);
  }

  putMembership(fact: MembershipFact): void {
    this.setMembership(
      this.memberships.ids.intern(fact.membershipId),
      this.internPerson(fact.personId),
      this.organisations.intern(fact.organisationId),
      roleCode(fact.role),
    );
  }

  setMembership(row: number, person: number, organisation: number, role: number): void {
    this.memberships.set(row, person, organisation, role);
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
    const row = nodes.detail(node);
    const beganAt = locations.beganAt[row]!;
    const [parent, owner] = [nodes.parent(node), nodes.owner(node)];
    return {
      kind: 'location',
      nodeId: siteId(nodes.ids.idOf(node)),
      parentId: parent === -1 ? null : nodes.ids.idOf(parent),
      since: epochMilliseconds(nodes.since[node]!),
      ownerPersonId: owner === -1 ? null : this.personOf(owner),
      ownershipEpoch: locations.epoch[row]!,
      ownershipBeganAt: Number.isNaN(beganAt) ? null : epochMilliseconds(beganAt),
      installedByOrganisationId: this.organisationOf(nodes.organisation(node)),
      partnersMayShare: locations.partnersMayShare(row),
    };
  }

  /** The location a node lies in, itself if it is one; null for a customer or what is not there. */
  locationRowOf(node: number): number {
    for (let row = node; row !== -1; row = this.nodes.parent(row)) {
      if (this.nodes.kind(row) === kindCodes.location) return row;
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
    const found: GrantFact[] = [];
    let row = node === -1 ? -1 : this.nodes.firstGrant(node);
    for (; row !== -1; row = this.grants.next(row)) found.push(this.grantAt(row));
    return found;
  }

  grantAt(row: number): GrantFact {
    const { grants } = this;
    const grantee = grants.grantee(row);
    const parent = grants.parent(row);
    const expiresAt = grants.expiresAt(row);
    const mask = grants.actions(row);
    return {
      grantId: grantId(grants.ids.idOf(row)),
      scope: this.scopeOf(grants.scope(row)),
      grantee:
        grantee >= 0
          ? { kind: 'person', personId: this.personOf(grantee) }
          : { kind: 'organisation', organisationId: organisationId(this.organisations.idOf(-1 - grantee)) },
      role: this.roleOf(grants.role(row)) as GrantRole,
      grantedBy: this.personOf(grants.grantedBy(row)),
      grantedByOrganisationId: this.organisationOf(grants.grantedByOrganisation(row)),
      grantedAt: epochMilliseconds(grants.grantedAt(row)),
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
      organisationId: organisationId(this.organisations.idOf(memberships.organisation(row))),
      personId: this.personOf(memberships.person(row)),
      role: this.roleOf(memberships.role(row)) as OrganisationRole,
    };
  }

  scopeOf(node: number): Scope {
    return { kind: scopeKinds[this.nodes.kind(node)] ?? 'location', id: this.nodes.ids.idOf(node) };
  }

  roleOf(code: number): (typeof locationRoles)[number] {
    return locationRoles[code] ?? 'guest';
  }

  private putLocation(row: number, fact: LocationFact): void {
    const { ownerPersonId: owner, installedByOrganisationId: organisation } = fact;
    this.setLocation(row, {
      customer: fact.parentId === null ? -1 : this.nodes.rowOf(fact.parentId),
      since: fact.since,
      owner: owner === null ? -1 : this.internPerson(owner),
      epoch: fact.ownershipEpoch,
      beganAt: fact.ownershipBeganAt ?? Number.NaN,
      organisation: organisation === null ? -1 : this.organisations.intern(organisation),
      partnersMayShare: fact.partnersMayShare,
    });
  }

  /** A location in numbers: rows instead of identifiers. */
  setLocation(node: number, columns: LocationColumns): void {
    const { nodes, locations } = this;
    const row = nodes.detail(node) === -1 ? locations.add(node) : nodes.detail(node);
    nodes.put(node, 'location', columns.customer, columns.since);
    nodes.setDetail(node, row);
    nodes.setHolders(node, columns.owner, columns.organisation);
    locations.set(row, columns.epoch, columns.beganAt, columns.partnersMayShare);
    locations.ofOwner.move(row, columns.owner);
    locations.ofOrganisation.move(row, columns.organisation);
    locations.ofCustomer.move(row, columns.customer);
  }

  private organisationOf(row: number): MembershipFact['organisationId'] | null {
    return row === -1 ? null : organisationId(this.organisations.idOf(row));
  }
}

export const maskOf = (actions: readonly LocationAction[]): number =>
  actions.reduce((mask, action) => mask | (1 << actionCode(action)), 0);
