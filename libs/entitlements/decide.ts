import type { PersonId } from '#libs/units/identifiers.js';
import type { EpochMilliseconds } from '#libs/units/quantities.js';
import { locationActions, type LocationAction } from './action.js';
import { actionCode, type EntitlementTable } from './entitlement-table.js';
import type { LocationFact, Scope } from './facts.js';
import { chainOf } from './grant-chain.js';
import type { Extent } from './matrix.js';
import type { Proof } from './proof.js';
import type { GrantRole, LocationRole } from './role.js';
import { eachWay, outcomes, wayOfGrant, type WayKind } from './ways.js';

/** A fact that leads a person to a place, and what stopped it, if anything did. */
export interface Way {
  readonly proof: Proof;
  readonly role: LocationRole;
  readonly extent: Extent;
  readonly missing: Missing | null;
}

export const requirements = [
  /** The role lacks the right. */
  'right-of-role',
  /** The grant has it, but the member's own role in the organisation does not. */
  'right-of-member-role',
  /** The grant was given for some actions only. */
  'right-of-grant',
  /** Its time is over, or that of a grant it was passed on from. */
  'expired',
  /** It waits for the new owner. */
  'suspended',
  /** It opens at other times of the week. */
  'outside-hours',
  /** It was passed on, and what it was passed on from has ended or does not reach here. */
  'chain-ended',
  /** Whoever gave it has no say here any more. */
  'granter-lost-right',
] as const;
export interface Missing {
  readonly requirement: (typeof requirements)[number];
}

export type Decision =
  | {
      readonly allowed: true;
      readonly extent: 'all' | 'own';
      readonly proof: Proof;
      readonly role: LocationRole;
      /** The largest current that may be set; null: what the circuit allows. */
      readonly maximumCurrent_A: number | null;
    }
  | {
      readonly allowed: false;
      /** False for a stranger, who must not even learn that the place exists. */
      readonly visible: boolean;
      readonly nearly: readonly Way[];
    };

/** The best way found so far; kept as numbers, so that a check allocates nothing until it answers. */
class BestWay {
  outcome = 0;
  kind: WayKind = 0;
  row = -1;
  membership = -1;
  seen = false;

  readonly visit = (kind: WayKind, row: number, membership: number, outcome: number): boolean => {
    if (outcome >= outcomes.rightOfGrant) this.seen = true;
    if (outcome <= this.outcome) return false;
    this.outcome = outcome;
    this.kind = kind;
    this.row = row;
    this.membership = membership;
    // No other way is wider.
    return outcome === outcomes.all;
  };

  reset(): this {
    // The others are read only beside an outcome, and are set with it.
    this.outcome = 0;
    this.seen = false;
    return this;
  }
}
const best = new BestWay();

/** How far the right goes, and nothing else: what the hottest paths ask. */
export function extentOf(
  table: EntitlementTable,
  personId: PersonId,
  action: LocationAction,
  target: Scope,
  now: EpochMilliseconds,
): Extent {
  const { outcome } = findBest(table, personId, actionCode(action), target, now);
  return outcome === outcomes.all ? 'all' : outcome === outcomes.own ? 'own' : 'none';
}

/** May this person do this here, now? The widest way wins; among equals the owner's, then membership, then the oldest grant. */
export function decide(
  table: EntitlementTable,
  personId: PersonId,
  action: LocationAction,
  target: Scope,
  now: EpochMilliseconds,
): Decision {
  const found = findBest(table, personId, actionCode(action), target, now);
  if (found.outcome <= 0) {
    const { seen } = found;
    return { allowed: false, visible: seen, nearly: waysTo(table, personId, action, target, now) };
  }
  const { kind, row, membership, outcome } = found;
  return {
    allowed: true,
    extent: outcome === outcomes.all ? 'all' : 'own',
    proof: proofOf(table, kind, row, membership),
    role: roleOf(table, kind, row),
    maximumCurrent_A: kind === 2 ? chainOf(table, row).maximumCurrent_A : null,
  };
}

/** Every way this person has to the place, useful for this action or not. */
export function waysTo(
  table: EntitlementTable,
  personId: PersonId,
  action: LocationAction,
  target: Scope,
  now: EpochMilliseconds,
): readonly Way[] {
  const ways: Way[] = [];
  const [person, node] = [table.personRow(personId), table.nodeRow(target)];
  eachWay(table, person, actionCode(action), node, now, (kind, row, membership, outcome) => {
    ways.push({
      proof: proofOf(table, kind, row, membership),
      role: roleOf(table, kind, row),
      extent: outcome === outcomes.all ? 'all' : outcome === outcomes.own ? 'own' : 'none',
      missing: outcome > 0 ? null : { requirement: requirements[-outcome]! },
    });
    return false;
  });
  return ways;
}

/** True while the very fact something was opened on still allows it, whatever else might. */
export function proofHolds(
  table: EntitlementTable,
  personId: PersonId,
  action: LocationAction,
  target: Scope,
  proof: Proof,
  now: EpochMilliseconds,
): boolean {
  const [person, node] = [table.personRow(personId), table.nodeRow(target)];
  if (person === -1) return false;
  if (proof.kind === 'grant') {
    // A place may have a thousand grants, and each of them a stream.
    const grant = table.grants.ids.find(proof.grantId);
    const membership = proof.through ? table.memberships.ids.find(proof.through.membershipId) : -1;
    if (proof.through && membership === -1) return false;
    return wayOfGrant(table, person, actionCode(action), node, grant, membership, now) > 0;
  }
  let holds = false;
  eachWay(table, person, actionCode(action), node, now, (kind, row, _membership, outcome) => {
    holds = outcome > 0 && isProof(table, proof, kind, row);
    return holds;
  });
  return holds;
}

/** The actions a person may do here to any extent. */
export const actionsAt = (
  table: EntitlementTable,
  personId: PersonId,
  target: Scope,
  now: EpochMilliseconds,
): readonly LocationAction[] =>
  locationActions.filter((action) => extentOf(table, personId, action, target, now) !== 'none');

/**
 * From when on somebody who comes by this proof sees history (NB-52); null: all of it. The installing organisation
 * keeps what it needs for service; everybody else, however invited, begins with the present owner.
 */
export const historyFrom = (location: LocationFact, proof: Proof): EpochMilliseconds | null =>
  proof.kind === 'membership' ? null : location.ownershipBeganAt;

function findBest(
  table: EntitlementTable,
  personId: PersonId,
  action: number,
  target: Scope,
  now: EpochMilliseconds,
): BestWay {
  const found = best.reset();
  eachWay(table, table.personRow(personId), action, table.nodeRow(target), now, found.visit);
  return found;
}

const roleOf = (table: EntitlementTable, kind: WayKind, row: number): LocationRole =>
  kind === 0 ? 'owner' : table.roleOf(kind === 1 ? table.memberships.role(row) : table.grants.role(row));

function proofOf(table: EntitlementTable, kind: WayKind, row: number, membership: number): Proof {
  if (kind === 0) {
    const { nodeId, ownerPersonId, ownershipEpoch } = table.locationAt(row);
    return {
      kind: 'owner',
      locationId: nodeId,
      personId: ownerPersonId!,
      epoch: ownershipEpoch,
    };
  }
  if (kind === 1) {
    const { membershipId, organisationId, role } = table.membershipAt(row);
    return { kind: 'membership', membershipId, organisationId, role };
  }
  const { grantId, role } = table.grantAt(row);
  const { expiresAt, timed } = chainOf(table, row);
  const through = membership === -1 ? null : table.membershipAt(membership);
  return {
    kind: 'grant',
    grantId,
    role: role satisfies GrantRole,
    expiresAt,
    timed,
    through: through && { membershipId: through.membershipId, organisationId: through.organisationId },
  };
}

/** Same fact, same way to it, without building the proof. */
function isProof(
  table: EntitlementTable,
  proof: Exclude<Proof, { kind: 'grant' }>,
  kind: WayKind,
  row: number,
): boolean {
  switch (proof.kind) {
    case 'owner': {
      if (kind !== 0) return false;
      const location = table.nodes.detail(row);
      return (
        table.nodes.ids.find(proof.locationId) === row &&
        table.locations.epoch[location] === proof.epoch &&
        table.nodes.owner(row) === table.personRow(proof.personId)
      );
    }
    case 'membership':
      return kind === 1 && table.memberships.ids.find(proof.membershipId) === row;
  }
}
