import type { LocationAction } from '#libs/entitlements/action.js';
import type { ScopeKind } from '#libs/entitlements/facts.js';
import type { GrantRole, OrganisationRole } from '#libs/entitlements/role.js';
import type { WeeklyHours } from '#libs/entitlements/weekly-hours.js';

/** People, organisations, places, grants and so on are numbers here, each kind with its own. */
export interface Limits {
  readonly expiresAt: number | null;
  readonly actions: readonly LocationAction[] | null;
  readonly hours: WeeklyHours | null;
  readonly maximumCurrent_A: number | null;
}

export interface Grantee {
  readonly person: number | null;
  readonly organisation: number | null;
}

/** What somebody tries to do at an instant (milliseconds since 1970). What succeeded is the history. */
export type Attempt = { readonly at: number } & (
  | {
      readonly do: 'place';
      readonly node: number;
      readonly kind: ScopeKind;
      readonly parent: number | null;
      /** Whose customer it is, or who installed the location. */
      readonly organisation: number | null;
      readonly owner: number | null;
      readonly partnersMayShare: boolean;
    }
  /** A location passes into the books of another organisation, or comes under a customer. */
  | {
      readonly do: 'move';
      readonly node: number;
      readonly customer: number | null;
      readonly organisation: number;
    }
  | {
      readonly do: 'invite-member';
      readonly membership: number;
      readonly person: number;
      readonly organisation: number;
      readonly role: OrganisationRole;
    }
  | { readonly do: 'join'; readonly membership: number; readonly person: number }
  | { readonly do: 'change-role'; readonly membership: number; readonly role: OrganisationRole }
  | { readonly do: 'leave'; readonly membership: number }
  | {
      readonly do: 'connect';
      readonly connection: number;
      readonly kind: 'sharing' | 'reseller';
      readonly from: number;
      readonly to: number;
    }
  | {
      readonly do: 'step-connection';
      readonly connection: number;
      readonly by: number;
      readonly step: 'approve' | 'reject' | 'withdraw' | 'close';
    }
  /** A person who may share gives access in his own name. */
  | {
      readonly do: 'give';
      readonly grant: number;
      readonly by: number;
      readonly to: Grantee;
      readonly role: GrantRole;
      readonly node: number;
      readonly limits: Limits;
      readonly includeFuture: boolean;
    }
  /** An organisation gives one of the three roles of a share, its own object or something it was given. */
  | {
      readonly do: 'delegate';
      readonly grant: number;
      readonly by: number;
      readonly from: number;
      readonly to: number;
      readonly role: 'installation-manager' | 'subcontractor' | 'borrower';
      readonly node: number;
      readonly parent: number | null;
      readonly limits: Limits;
      readonly includeFuture: boolean;
    }
  | { readonly do: 'take-over'; readonly grant: number }
  | {
      readonly do: 'revoke';
      readonly grant: number;
      readonly by: 'grantor' | 'owner' | 'grantee';
      readonly anchor: 'grantedAt' | 'processedAt';
    }
  | {
      readonly do: 'invite';
      readonly invitation: number;
      readonly node: number;
      readonly by: number;
      readonly kind: 'person' | 'organisation' | 'code';
      readonly to: Grantee;
      readonly maximum: number;
    }
  | {
      readonly do: 'accept';
      readonly invitation: number;
      readonly person: number;
      /** The grant that it makes. */
      readonly grant: number;
    }
  | {
      readonly do: 'end-invitation';
      readonly invitation: number;
      readonly how: 'decline' | 'revoke' | 'supersede' | 'void';
      readonly person: number;
    }
  | {
      readonly do: 'transfer';
      readonly transfer: number;
      readonly node: number;
      readonly by: number;
      readonly recipient: number;
    }
  | {
      readonly do: 'answer-transfer';
      readonly transfer: number;
      readonly person: number;
      readonly how: 'accept' | 'reject' | 'cancel';
    }
  | { readonly do: 'confirm'; readonly grant: number }
  | {
      readonly do: 'service';
      readonly service: number;
      readonly node: number;
      readonly step: 'activate' | 'deactivate' | 'resume' | 'stop' | 'sim-stopped';
      readonly timeZone: string;
      readonly withSim: boolean;
    }
  /** No change: may the person do this there? `at` may lie ahead of what happens next. */
  | {
      readonly do: 'ask';
      readonly person: number;
      readonly action: LocationAction;
      readonly node: number;
    }
  /** No change: what was shown to a machine's reader. */
  | {
      readonly do: 'look';
      readonly what: 'invitation' | 'transfer' | 'service' | 'connection';
      readonly number: number;
    }
);

export type Doing = Attempt['do'];
export type Attempted<Kind extends Doing> = Extract<Attempt, { readonly do: Kind }>;

/** The events of one kind, in their order. */
export const all = <Kind extends Doing>(history: readonly Attempt[], kind: Kind): Attempted<Kind>[] =>
  history.filter((event): event is Attempted<Kind> => event.do === kind);
