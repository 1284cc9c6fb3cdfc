import type { GrantId, OrganisationId, PersonId, SiteId } from '#libs/units/identifiers.js';
import type { EpochMilliseconds } from '#libs/units/quantities.js';
import type { GrantRole, OrganisationRole } from './role.js';

/** A person's live membership of an organisation; a removed one is no fact. */
export interface MembershipFact {
  readonly membershipId: string;
  readonly organisationId: OrganisationId;
  readonly personId: PersonId;
  readonly role: OrganisationRole;
}

/** An access somebody gave; a revoked one is no fact, an expired one still is: time is judged when it is read. */
export interface GrantFact {
  readonly grantId: GrantId;
  readonly locationId: SiteId;
  readonly grantee:
    | { readonly kind: 'person'; readonly personId: PersonId }
    | { readonly kind: 'organisation'; readonly organisationId: OrganisationId };
  readonly role: GrantRole;
  readonly grantedBy: PersonId;
  readonly expiresAt: EpochMilliseconds | null;
  /** NB-51: after a transfer it waits for the new owner's word. */
  readonly suspended: boolean;
}

export interface LocationFact {
  readonly locationId: SiteId;
  readonly ownerPersonId: PersonId | null;
  /** Rises with each transfer. */
  readonly ownershipEpoch: number;
  /** When the present epoch began; null for the first, which began with the location. */
  readonly ownershipBeganAt: EpochMilliseconds | null;
  readonly installedByOrganisationId: OrganisationId | null;
  readonly grants: readonly GrantFact[];
}

/** What a decision may look at: the in-memory snapshot, or the rows of one transaction. */
export interface Facts {
  location(locationId: SiteId): LocationFact | undefined;
  membershipsOf(personId: PersonId): readonly MembershipFact[];
}
