import type { PersonId, SiteId } from '#libs/units/identifiers.js';
import type { EpochMilliseconds } from '#libs/units/quantities.js';
import type { LocationAction } from './action.js';
import type { Facts, GrantFact, LocationFact, MembershipFact } from './facts.js';
import { isWider, locationMatrix, narrower, type Extent } from './matrix.js';
import { sameProof, type Proof } from './proof.js';
import type { LocationRole } from './role.js';

/** A fact that leads a person to a location, and what stopped it, if anything did. */
export interface Way {
  readonly proof: Proof;
  readonly role: LocationRole;
  readonly extent: Extent;
  readonly missing: Missing | null;
}

export interface Missing {
  /** The grant's role lacks the right, the member's own role caps it, its time is over, or it waits for the new owner. */
  readonly requirement: 'right-of-role' | 'right-of-member-role' | 'expired' | 'suspended';
}

export type Decision =
  | {
      readonly allowed: true;
      readonly extent: 'all' | 'own';
      readonly proof: Proof;
      readonly role: LocationRole;
    }
  | {
      readonly allowed: false;
      /** False for a stranger, who must not even learn that the location exists. */
      readonly visible: boolean;
      readonly nearly: readonly Way[];
    };

/** May this person do this here, now? The widest way wins; among equals the owner's, then membership, then the oldest grant. */
export function decide(
  facts: Facts,
  personId: PersonId,
  action: LocationAction,
  locationId: SiteId,
  now: EpochMilliseconds,
): Decision {
  const ways = waysTo(facts, personId, action, locationId, now);
  let best: Way | undefined;
  for (const way of ways)
    if (way.extent !== 'none' && (!best || isWider(way.extent, best.extent))) best = way;
  if (best && best.extent !== 'none') {
    return { allowed: true, extent: best.extent, proof: best.proof, role: best.role };
  }
  const visible = waysTo(facts, personId, 'telemetry', locationId, now).some((way) => way.extent !== 'none');
  return { allowed: false, visible, nearly: ways };
}

/** True while the very fact something was opened on still allows it, whatever else might. */
export const proofHolds = (
  facts: Facts,
  personId: PersonId,
  action: LocationAction,
  locationId: SiteId,
  proof: Proof,
  now: EpochMilliseconds,
): boolean =>
  waysTo(facts, personId, action, locationId, now).some(
    (way) => way.extent !== 'none' && sameProof(way.proof, proof),
  );

/** Every way this person has to the location, useful for this action or not. */
export function waysTo(
  facts: Facts,
  personId: PersonId,
  action: LocationAction,
  locationId: SiteId,
  now: EpochMilliseconds,
): readonly Way[] {
  const location = facts.location(locationId);
  if (!location) return [];
  const memberships = facts.membershipsOf(personId);
  return [
    ...asOwner(location, personId, action),
    ...asInstaller(location, memberships, action),
    ...location.grants.flatMap((grant) => byGrant(grant, personId, memberships, action, now)),
  ];
}

function asOwner(location: LocationFact, personId: PersonId, action: LocationAction): readonly Way[] {
  if (location.ownerPersonId !== personId) return [];
  return [
    way(
      { kind: 'owner', locationId: location.locationId, personId, epoch: location.ownershipEpoch },
      'owner',
      locationMatrix.owner[action],
    ),
  ];
}

/** NB-02, NB-04: an installation made by a member is every member's. */
function asInstaller(
  location: LocationFact,
  memberships: readonly MembershipFact[],
  action: LocationAction,
): readonly Way[] {
  return memberships
    .filter(({ organisationId }) => organisationId === location.installedByOrganisationId)
    .map(({ membershipId, organisationId, role }) =>
      way({ kind: 'membership', membershipId, organisationId, role }, role, locationMatrix[role][action]),
    );
}

function byGrant(
  grant: GrantFact,
  personId: PersonId,
  memberships: readonly MembershipFact[],
  action: LocationAction,
  now: EpochMilliseconds,
): readonly Way[] {
  const { grantee, grantId, role, expiresAt } = grant;
  const ofRole = locationMatrix[role][action];
  // Half-open: at the instant of expiry it is over.
  const expired = expiresAt !== null && now >= expiresAt;
  const ended = expired ? 'expired' : grant.suspended ? 'suspended' : null;
  if (grantee.kind === 'person') {
    if (grantee.personId !== personId) return [];
    const proof: Proof = { kind: 'grant', grantId, role, expiresAt, through: null };
    return [ended ? endedWay(proof, role, ended) : way(proof, role, ofRole)];
  }
  return memberships
    .filter(({ organisationId }) => organisationId === grantee.organisationId)
    .map(({ membershipId, organisationId, role: memberRole }) => {
      const proof: Proof = {
        kind: 'grant',
        grantId,
        role,
        expiresAt,
        through: { membershipId, organisationId },
      };
      if (ended) return endedWay(proof, role, ended);
      const extent = narrower(ofRole, locationMatrix[memberRole][action]);
      if (extent === 'none' && ofRole !== 'none') {
        return { proof, role, extent, missing: { requirement: 'right-of-member-role' } };
      }
      return way(proof, role, extent);
    });
}

const way = (proof: Proof, role: LocationRole, extent: Extent): Way => ({
  proof,
  role,
  extent,
  missing: extent === 'none' ? { requirement: 'right-of-role' } : null,
});

const endedWay = (proof: Proof, role: LocationRole, requirement: 'expired' | 'suspended'): Way => ({
  proof,
  role,
  extent: 'none',
  missing: { requirement },
});

/**
 * From when on somebody who comes by this proof sees history (NB-52); null: all of it. The installing organisation
 * keeps what it needs for service; everybody else, however invited, begins with the present owner.
 */
export const historyFrom = (location: LocationFact, proof: Proof): EpochMilliseconds | null =>
  proof.kind === 'membership' ? null : location.ownershipBeganAt;
