import { after, milliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import type { GrantRole } from './role.js';

/** CS-21: how long an installation manager's access can be taken back. */
export const lockDelay_ms = milliseconds(72 * 3_600_000);

/** CS-22: what the time runs from; the guides disagree, so an operator chooses. */
export const lockAnchors = ['grantedAt', 'processedAt'] as const;
export type LockAnchor = (typeof lockAnchors)[number];

export interface Lockable {
  readonly role: GrantRole;
  readonly grantedAt: EpochMilliseconds;
  /** When the other party first took something of it over; null: nothing yet. */
  readonly processedAt: EpochMilliseconds | null;
}

/**
 * The last instant at which the grantor may take it back; null: at any time. CS-24, CS-29: the other roles are never
 * locked; CS-22: neither is what nobody has taken over.
 */
export function lastRevocableAt(grant: Lockable, anchor: LockAnchor): EpochMilliseconds | null {
  if (grant.role !== 'installation-manager' || grant.processedAt === null) return null;
  return after(anchor === 'grantedAt' ? grant.grantedAt : grant.processedAt, lockDelay_ms);
}

/** Inclusive: at 72:00:00.000 it may still be taken back. */
export function isLocked(grant: Lockable, anchor: LockAnchor, now: EpochMilliseconds): boolean {
  const last = lastRevocableAt(grant, anchor);
  return last !== null && now > last;
}
