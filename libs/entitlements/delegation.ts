import type { OrganisationId } from '#libs/units/identifiers.js';
import type { EpochMilliseconds } from '#libs/units/quantities.js';
import { fail, ok, type Result } from '#libs/units/result.js';
import type { LocationAction } from './action.js';
import { deepestChain } from './grant-chain.js';
import type { GrantFact, NodeFact } from './facts.js';
import type { GrantRole } from './role.js';
import type { ShareRole } from './share-request.js';
import { coversHours, type WeeklyHours } from './weekly-hours.js';

/** CS-20, CS-23, CS-28: what each role may make of others. */
export const delegableRoles: Readonly<Partial<Record<GrantRole, readonly ShareRole[]>>> = {
  'installation-manager': ['installation-manager', 'subcontractor', 'borrower'],
  subcontractor: ['subcontractor', 'borrower'],
};

/** What bounds a grant beside role and scope; null: no bound of its own. */
export interface Limits {
  readonly expiresAt: EpochMilliseconds | null;
  readonly actions: readonly LocationAction[] | null;
  readonly hours: WeeklyHours | null;
  readonly maximumCurrent_A: number | null;
}

export interface Delegation extends Limits {
  readonly role: ShareRole;
  readonly grantee: OrganisationId;
  /** Whose the object is. */
  readonly owner: OrganisationId;
  /** Over an active connection between who gives and who gets (CS-01). */
  readonly connected: boolean;
  /** The grants it is passed on from, the nearest first; none: the owner gives it. */
  readonly chain: readonly GrantFact[];
  /** Whether every grant of the chain reaches the object. */
  readonly reached: boolean;
}

export const delegationRefusals = [
  'not-connected',
  'grantee-in-chain',
  'chain-ended',
  'outside-scope',
  'chain-too-deep',
  'role-not-delegable',
  'expires-later',
  'actions-wider',
  'hours-wider',
  'current-higher',
] as const;
export type DelegationRefusal = (typeof delegationRefusals)[number];

/**
 * T5: may this be passed on? What is not wished for is taken over from the nearest grant, what is wished for lies
 * within it; so each grant lies within all it came from.
 */
export function delegate(wish: Delegation, now: EpochMilliseconds): Result<Limits, DelegationRefusal> {
  const { chain } = wish;
  if (!wish.connected) return fail('not-connected');
  const parties = [
    wish.owner,
    ...chain.map(granteeOf),
    ...chain.map((grant) => grant.grantedByOrganisationId),
  ];
  if (parties.includes(wish.grantee)) return fail('grantee-in-chain');
  const [parent] = chain;
  if (!parent) return ok(limitsOf(wish));
  const over = ({ suspended, expiresAt }: GrantFact): boolean =>
    suspended || (expiresAt !== null && now >= expiresAt);
  // What the chain begins with counts only while it comes from whose the object is.
  if (chain.some(over) || chain.at(-1)?.grantedByOrganisationId !== wish.owner) return fail('chain-ended');
  if (!wish.reached) return fail('outside-scope');
  if (chain.length > deepestChain) return fail('chain-too-deep');
  if (!delegableRoles[parent.role]?.includes(wish.role)) return fail('role-not-delegable');
  return within(limitsOf(wish), parent);
}

/** Whether every grant of the chain covers the object; what came later only where the grant includes that (CS-37). */
export const chainReaches = (
  chain: readonly GrantFact[],
  /** From the object outwards. */
  path: readonly NodeFact[],
): boolean =>
  chain.every(({ scope, includeFuture, grantedAt }) => {
    const level = path.findIndex(({ nodeId }) => nodeId === scope.id);
    const below = path.slice(0, Math.max(level, 0));
    return (
      level !== -1 &&
      (includeFuture || below.every((node) => node.kind === 'customer' || node.since <= grantedAt))
    );
  });

/** The wish with what it leaves open taken over from the parent; refused where it is wider. */
export function within(wish: Limits, parent: Limits): Result<Limits, DelegationRefusal> {
  const limits: Limits = {
    expiresAt: wish.expiresAt ?? parent.expiresAt,
    actions: wish.actions ?? parent.actions,
    hours: wish.hours ?? parent.hours,
    maximumCurrent_A: wish.maximumCurrent_A ?? parent.maximumCurrent_A,
  };
  if (limits.expiresAt !== null && parent.expiresAt !== null && limits.expiresAt > parent.expiresAt) {
    return fail('expires-later');
  }
  if (limits.actions && parent.actions && !isSubset(limits.actions, parent.actions))
    return fail('actions-wider');
  if (limits.hours && parent.hours && !coversHours(parent.hours, limits.hours)) return fail('hours-wider');
  const [mine, theirs] = [limits.maximumCurrent_A, parent.maximumCurrent_A];
  return mine !== null && theirs !== null && mine > theirs ? fail('current-higher') : ok(limits);
}

const limitsOf = ({ expiresAt, actions, hours, maximumCurrent_A }: Limits): Limits => ({
  expiresAt,
  actions,
  hours,
  maximumCurrent_A,
});

const granteeOf = ({ grantee }: GrantFact): OrganisationId | null =>
  grantee.kind === 'organisation' ? grantee.organisationId : null;

const isSubset = (some: readonly LocationAction[], all: readonly LocationAction[]): boolean =>
  some.every((action) => all.includes(action));
