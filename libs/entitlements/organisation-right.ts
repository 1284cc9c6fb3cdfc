import type { OrganisationId, PersonId } from '#libs/units/identifiers.js';
import type { OrganisationAction } from './action.js';
import type { EntitlementTable } from './entitlement-table.js';
import type { MembershipFact } from './facts.js';
import { organisationMatrix } from './matrix.js';

export type OrganisationDecision =
  | { readonly allowed: true; readonly membership: MembershipFact }
  /** NB-07: to somebody outside, the organisation does not exist. */
  | { readonly allowed: false; readonly visible: boolean };

/** May this person do this to the organisation? Only members may do anything. */
export function decideOrganisation(
  table: EntitlementTable,
  personId: PersonId,
  action: OrganisationAction,
  organisationId: OrganisationId,
): OrganisationDecision {
  const membership = table.membershipsOf(personId).find((fact) => fact.organisationId === organisationId);
  if (!membership) return { allowed: false, visible: false };
  return organisationMatrix[membership.role].has(action)
    ? { allowed: true, membership }
    : { allowed: false, visible: true };
}
