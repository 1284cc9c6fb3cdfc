import type { EpochMilliseconds } from '#libs/units/quantities.js';
import { locationActions } from './action.js';
import type { EntitlementTable } from './entitlement-table.js';
import { deepestChain } from './grant-chain.js';
import { everyAction, grantFlags } from './grant-rows.js';
import { locationMatrix, type Rule } from './matrix.js';
import { kindCodes } from './node-rows.js';
import { locationRoles } from './role.js';
import { isWithin } from './weekly-hours.js';

/** 0: as the owner; 1: as a member of the organisation it belongs to; 2: by a grant. */
export type WayKind = 0 | 1 | 2;

/**
 * How a way ends. Above 0 it allows; the others are minus the index in `requirements` (decide.ts). From
 * `rightOfGrant` up the way is alive and the person may know of the place.
 */
export const outcomes = {
  all: 2,
  own: 1,
  rightOfRole: 0,
  rightOfMemberRole: -1,
  rightOfGrant: -2,
  expired: -3,
  suspended: -4,
  outsideHours: -5,
  chainEnded: -6,
  granterLostRight: -7,
} as const;

/**
 * Answers whether that is enough: then no other way is looked at.
 * @param row of the location's node for an owner, else of the membership or grant; `membership` is the one a grant is used
 * through, or -1
 */
export type Visit = (kind: WayKind, row: number, membership: number, outcome: number) => boolean;

const ruleCodes: Readonly<Record<Rule, number>> = {
  none: 0,
  own: 1,
  all: 2,
  'if-listed': 3,
  'if-shareable': 4,
  'if-unowned': 5,
};
const width = locationActions.length;
/** The matrix as one column: role code times width plus action code. */
const matrix = Uint8Array.from(
  locationRoles.flatMap((role) => locationActions.map((action) => ruleCodes[locationMatrix[role][action]])),
);
const ownerCode = locationRoles.indexOf('owner');

/** The rows from the target up to its customer. One for all tables, since nothing here waits. */
const path = new Int32Array(5);
let depth = 0;

/**
 * Every way a person has to a place, in the order owner, membership, grants from the nearest scope outwards and there
 * the oldest first. A grant that does not reach the place, because that came later (CS-37), is no way.
 */
export function eachWay(
  table: EntitlementTable,
  person: number,
  action: number,
  node: number,
  now: EpochMilliseconds,
  visit: Visit,
): void {
  if (person === -1 || node === -1 || action === -1) return;
  const location = climb(table, node);
  const { nodes, memberships, grants } = table;

  if (location !== -1 && nodes.owner(location) === person) {
    if (visit(0, location, -1, byRole(table, ownerCode, action, location))) return;
  }
  const organisation = organisationAt(table, location);
  const firstMembership = memberships.ofPerson.firstOf(person);
  if (organisation !== -1) {
    for (let row = firstMembership; row !== -1; row = memberships.ofPerson.after(row)) {
      if (memberships.organisation(row) !== organisation) continue;
      if (visit(1, row, -1, byRole(table, memberships.role(row), action, location))) return;
    }
  }
  for (let level = 0; level < depth; level++) {
    let row = nodes.firstGrant(path[level]!);
    for (; row !== -1; row = grants.next(row)) {
      const grantee = grants.grantee(row);
      if (grantee >= 0) {
        if (grantee !== person || !reaches(table, row, level)) continue;
        if (visit(2, row, -1, byGrant(table, row, action, location, organisation, now))) return;
        continue;
      }
      let membership = firstMembership;
      for (; membership !== -1; membership = memberships.ofPerson.after(membership)) {
        if (memberships.organisation(membership) !== -1 - grantee || !reaches(table, row, level)) continue;
        const outcome = byGrant(table, row, action, location, organisation, now);
        if (visit(2, row, membership, cappedBy(table, membership, outcome, action, location))) return;
      }
    }
  }
}

/**
 * What one grant gives one person at a place, without a look at the other ways there. @param membership through which the
 * person has it, -1 for a grant to the person
 */
export function wayOfGrant(
  table: EntitlementTable,
  person: number,
  action: number,
  node: number,
  grant: number,
  membership: number,
  now: EpochMilliseconds,
): number {
  const { grants, memberships } = table;
  if (!grants.is(grant, grantFlags.live)) return outcomes.chainEnded;
  const location = climb(table, node);
  if (!reachesHere(table, grant)) return outcomes.chainEnded;
  const grantee = grants.grantee(grant);
  const holds =
    membership === -1
      ? grantee === person
      : memberships.person(membership) === person && memberships.organisation(membership) === -1 - grantee;
  if (!holds) return outcomes.chainEnded;
  const outcome = byGrant(table, grant, action, location, organisationAt(table, location), now);
  return membership === -1 ? outcome : cappedBy(table, membership, outcome, action, location);
}

/** Fills the path; answers the row of the location on it, -1 when there is none or a link is missing. */
function climb(table: EntitlementTable, node: number): number {
  const { nodes } = table;
  let location = -1;
  depth = 0;
  for (let row = node; row !== -1 && depth < path.length; row = nodes.parent(row)) {
    const kind = nodes.kind(row);
    if (kind === -1) {
      // It lies in something that is gone: nothing outside that reaches it.
      if (location === -1) depth = 0;
      return location;
    }
    path[depth++] = row;
    if (kind === kindCodes.location) location = row;
  }
  return location;
}

/** The organisation whose members have the place as their own (NB-02, NB-04). */
function organisationAt({ nodes }: EntitlementTable, location: number): number {
  if (location !== -1) return nodes.organisation(location);
  const node = path[0]!;
  return nodes.kind(node) === kindCodes.customer ? nodes.organisation(node) : -1;
}

function byRole(table: EntitlementTable, role: number, action: number, location: number): number {
  switch (matrix[role * width + action]) {
    case 2:
      return outcomes.all;
    case 1:
      return outcomes.own;
    case 3:
      return outcomes.rightOfGrant;
    case 4:
      return location !== -1 && table.locations.partnersMayShare(table.nodes.detail(location))
        ? outcomes.all
        : outcomes.rightOfRole;
    case 5:
      return location !== -1 && table.nodes.owner(location) === -1 ? outcomes.all : outcomes.rightOfRole;
    default:
      return outcomes.rightOfRole;
  }
}

/** Matrix of the grant's role AND that of the member's own role. */
function cappedBy(
  table: EntitlementTable,
  membership: number,
  outcome: number,
  action: number,
  location: number,
): number {
  if (outcome <= 0) return outcome;
  const own = byRole(table, table.memberships.role(membership), action, location);
  return own <= 0 ? outcomes.rightOfMemberRole : Math.min(own, outcome);
}

/** What a grant gives here and now, its whole chain considered (5D). */
function byGrant(
  table: EntitlementTable,
  grant: number,
  action: number,
  location: number,
  organisation: number,
  now: EpochMilliseconds,
): number {
  const { grants } = table;
  let root = grant;
  for (let row = grant, links = 0; row !== -1; row = grants.parent(row), links++) {
    if (links > deepestChain) return outcomes.chainEnded;
    const flags = grants.flags(row);
    if (row !== grant && ((flags & grantFlags.live) === 0 || !reachesHere(table, row))) {
      return outcomes.chainEnded;
    }
    // Half-open: at the instant of expiry it is over.
    if (now >= grants.expiresAt(row)) return outcomes.expired;
    if ((flags & grantFlags.suspended) !== 0) return outcomes.suspended;
    if ((flags & grantFlags.timed) !== 0 && !isWithin(grants.hours.get(row)!, now)) {
      return outcomes.outsideHours;
    }
    if ((grants.actions(row) & (1 << action)) === 0) return outcomes.rightOfGrant;
    root = row;
  }
  const granter = grants.grantedByOrganisation(root);
  if (granter !== -1 && granter !== organisation) return outcomes.granterLostRight;
  const outcome = byRole(table, grants.role(grant), action, location);
  // `if-listed`: a list that let it come this far names the action.
  const listed = grants.actions(grant) !== everyAction;
  return outcome === outcomes.rightOfGrant && listed ? outcomes.all : outcome;
}

/** Whether a grant on one of the path's nodes covers all below it: with what came later, or because nothing did. */
function reaches(table: EntitlementTable, grant: number, level: number): boolean {
  if (table.grants.is(grant, grantFlags.includeFuture)) return true;
  const grantedAt = table.grants.grantedAt(grant);
  for (let below = 0; below < level; below++) {
    if (table.nodes.since[path[below]!]! > grantedAt) return false;
  }
  return true;
}

function reachesHere(table: EntitlementTable, grant: number): boolean {
  const scope = table.grants.scope(grant);
  for (let level = 0; level < depth; level++) if (path[level] === scope) return reaches(table, grant, level);
  return false;
}
