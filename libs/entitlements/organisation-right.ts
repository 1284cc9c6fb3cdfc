import type { OrganisationId, PersonId } from '#libs/units/identifiers.js';
import type { OrganisationAction } from './action.js';
import type { Facts, MembershipFact } from './facts.js';
import { organisationMatrix } from './matrix.js';

export type OrganisationDecision =
  | { readonly allowed: true; readonly membership: MembershipFact }
  /** NB-07: to somebody outside, the organisation does not exist. */
  | { readonly allowed: false; readonly visible: boolean };

/** May this person do this to the organisation? Only members may do anything. */
export function decideOrganisation(
  facts: Facts,
  personId: PersonId,
  action: OrganisationAction,
  organisationId: OrganisationId,
): OrganisationDecision {
  const membership = facts.membershipsOf(personId).find((fact) => fact.organisationId === organisationId);
  if (!membership) return { allowed: false, visible: false };
  return organisationMatrix[membership.role][action]
    ? { allowed: true, membership }
    : { allowed: false, visible: true };
}

/** 5H: an organisation keeps at least one administrator. */
export function mayEnd(
  members: readonly Pick<MembershipFact, 'membershipId' | 'role'>[],
  leaving: string,
): boolean {
  return members.some(({ membershipId, role }) => membershipId !== leaving && role === 'administrator');
}
