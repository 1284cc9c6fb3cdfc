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
      readonly expiresAt: EpochMilliseconds | null;
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

/** Same fact, same way to it: what a stream holds is still what would be found now. */
export const sameProof = (a: Proof, b: Proof): boolean =>
  entitlementOf(a) === entitlementOf(b) && membershipIn(a) === membershipIn(b) && personIn(a) === personIn(b);

const membershipIn = (proof: Proof): string | null =>
  proof.kind === 'grant' ? (proof.through?.membershipId ?? null) : null;
const personIn = (proof: Proof): string | null => (proof.kind === 'owner' ? proof.personId : null);
