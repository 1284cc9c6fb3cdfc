import type { GrantId, OrganisationId, PersonId, SiteId } from '#libs/units/identifiers.js';
import type { EpochMilliseconds } from '#libs/units/quantities.js';
import type { LocationAction } from './action.js';
import type { GrantRole, OrganisationRole } from './role.js';
import type { WeeklyHours } from './weekly-hours.js';

/** What a right can be held on. Each lies in the ones before it; buildings and installations may be left out. */
export const scopeKinds = ['customer', 'location', 'building', 'installation', 'device'] as const;
export type ScopeKind = (typeof scopeKinds)[number];

export interface Scope {
  readonly kind: ScopeKind;
  /** UUID. */
  readonly id: string;
}

export const atLocation = (id: string): Scope => ({ kind: 'location', id });
export const atDevice = (id: string): Scope => ({ kind: 'device', id });

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
  readonly scope: Scope;
  readonly grantee:
    | { readonly kind: 'person'; readonly personId: PersonId }
    | { readonly kind: 'organisation'; readonly organisationId: OrganisationId };
  readonly role: GrantRole;
  readonly grantedBy: PersonId;
  /** For whom the granter acted; null: for himself. */
  readonly grantedByOrganisationId: OrganisationId | null;
  readonly grantedAt: EpochMilliseconds;
  readonly expiresAt: EpochMilliseconds | null;
  /** NB-51: after a transfer it waits for the new owner's word. */
  readonly suspended: boolean;
  /** The grant it was passed on from; it ends with it (5D). */
  readonly parentGrantId: GrantId | null;
  /** NB-40, CS-37: whether it covers what came under its scope after it was given. */
  readonly includeFuture: boolean;
  /** Only these of the role's rights; null: all of them. */
  readonly actions: readonly LocationAction[] | null;
  /** Only at these times; null: always. */
  readonly hours: WeeklyHours | null;
  /** The largest current its holder may set; null: whatever the role may. */
  readonly maximumCurrent_A: number | null;
}

export interface CustomerFact {
  readonly kind: 'customer';
  readonly nodeId: string;
  /** Whose customer it is. */
  readonly organisationId: OrganisationId;
}

export interface LocationFact {
  readonly kind: 'location';
  readonly nodeId: SiteId;
  /** The customer it belongs to, in the books of the organisation that installed it. */
  readonly parentId: string | null;
  /** When it came under that customer; its creation when it has none. */
  readonly since: EpochMilliseconds;
  readonly ownerPersonId: PersonId | null;
  /** Rises with each transfer. */
  readonly ownershipEpoch: number;
  /** When the present epoch began; null for the first, which began with the location. */
  readonly ownershipBeganAt: EpochMilliseconds | null;
  readonly installedByOrganisationId: OrganisationId | null;
  /** Whether a partner may share it on. */
  readonly partnersMayShare: boolean;
}

/** A building, installation or device, and what it lies in. */
export interface PartFact {
  readonly kind: 'building' | 'installation' | 'device';
  readonly nodeId: string;
  readonly parentId: string;
  /** When it came to be. */
  readonly since: EpochMilliseconds;
}

export type NodeFact = CustomerFact | LocationFact | PartFact;
