import type { GrantId, OrganisationId, PersonId, SiteId } from '#libs/units/identifiers.js';
import type { EpochMilliseconds } from '#libs/units/quantities.js';
import type { GrantRole, OrganisationRole } from './role.js';

/** The one fact that allowed something; what was opened on it ends with it. */
export type Proof =
  | {
      readonly kind: 'owner';
      readonly locationId: SiteId;
      readonly personId: PersonId;
      /** Who gets it back later owns it anew: what hangs on the earlier epoch stays ended. */
      readonly epoch: number;
    }
  | {
      readonly kind: 'membership';
      readonly membershipId: string;
      readonly organisationId: OrganisationId;
      readonly role: OrganisationRole;
    }
  | {
      readonly kind: 'grant';
      readonly grantId: GrantId;
      readonly role: GrantRole;
      /** Of the whole chain it was passed on by; null: without end. */
      readonly expiresAt: EpochMilliseconds | null;
      /** It opens at some times of the week only. */
      readonly timed: boolean;
      /** How the person comes by a grant to an organisation; null for a grant to the person. */
      readonly through: { readonly membershipId: string; readonly organisationId: OrganisationId } | null;
    };

/** The proof as commands carry it: `owner:<epoch>`, `membership:<id>` or `grant:<id>`. */
export function entitlementOf(proof: Proof): string {
  switch (proof.kind) {
    case 'owner':
      return `owner:${proof.epoch}`;
    case 'membership':
      return `membership:${proof.membershipId}`;
    case 'grant':
      return `grant:${proof.grantId}`;
  }
}
