import { after, milliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import { fail, ok, type Result } from '#libs/units/result.js';
import type { OrganisationRole } from './role.js';

/** An invitation to an organisation lives as long as one to a location. */
export const membershipInvitationLife_ms = milliseconds(168 * 3_600_000);

/** The machine of 5H. An answer that never came is no state: it is read off the clock. */
export type Membership =
  | { readonly state: 'invited'; readonly role: OrganisationRole; readonly expiresAt: EpochMilliseconds }
  | { readonly state: 'active'; readonly role: OrganisationRole }
  | { readonly state: 'withdrawn' }
  | { readonly state: 'removed' };

export type MembershipEvent =
  | { readonly type: 'join'; /** The verified address is the invited one. */ readonly fits: boolean }
  /** The invited says no, or the organisation takes it back. */
  | { readonly type: 'withdraw' }
  | {
      readonly type: 'change-role';
      readonly role: OrganisationRole;
      readonly otherAdministrators: number;
    }
  /** Leaving and being removed are the same to the machine. */
  | { readonly type: 'remove'; readonly otherAdministrators: number };

export type MembershipRefusal =
  'not-yours' | 'expired' | 'over' | 'not-active' | 'last-administrator' | 'owner-stays';

export const inviteMember = (role: OrganisationRole, now: EpochMilliseconds): Membership => ({
  state: 'invited',
  role,
  expiresAt: after(now, membershipInvitationLife_ms),
});

export function stepMembership(
  membership: Membership,
  event: MembershipEvent,
  now: EpochMilliseconds,
): Result<Membership, MembershipRefusal> {
  switch (event.type) {
    case 'join':
      if (!event.fits) return fail('not-yours');
      if (membership.state !== 'invited') return fail('over');
      if (now >= membership.expiresAt) return fail('expired');
      return ok({ state: 'active', role: membership.role });
    case 'withdraw':
      return membership.state === 'invited' ? ok({ state: 'withdrawn' }) : fail('over');
    case 'change-role':
      if (membership.state !== 'active') return fail('not-active');
      // AJ-04: who registered a company owns it for ever, alone.
      if (ownsCompany(membership.role) || ownsCompany(event.role)) return fail('owner-stays');
      if (event.role !== 'administrator' && isLast(membership.role, event.otherAdministrators)) {
        return fail('last-administrator');
      }
      return ok({ state: 'active', role: event.role });
    case 'remove':
      if (membership.state !== 'active') return fail('not-active');
      if (ownsCompany(membership.role)) return fail('owner-stays');
      if (isLast(membership.role, event.otherAdministrators)) return fail('last-administrator');
      return ok({ state: 'removed' });
  }
}

const ownsCompany = (role: OrganisationRole): boolean => role === 'company-owner';

const isLast = (role: OrganisationRole, otherAdministrators: number): boolean =>
  role === 'administrator' && otherAdministrators === 0;
