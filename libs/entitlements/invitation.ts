import { after, milliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import { fail, ok, type Result } from '#libs/units/result.js';

/** NB-31, NB-35: 168 hours from the instant of creation, not seven calendar days. */
export const invitationLife_ms = milliseconds(168 * 3_600_000);

/** Who may accept: the holder of an address, an administrator of an organisation, or whoever has the code. */
export type InvitationKind = 'person' | 'organisation' | 'code';

/** EXPIRED is not among them: it is read off the clock, so that no late job prolongs an invitation. */
export type InvitationState = 'pending' | 'accepted' | 'declined' | 'revoked' | 'superseded' | 'void';

/** The machine of 5A. */
export interface Invitation {
  readonly kind: InvitationKind;
  readonly state: InvitationState;
  readonly expiresAt: EpochMilliseconds;
  /** Epoch of ownership it was made in: what was made before a transfer opens nothing after it (T3). */
  readonly ownershipEpoch: number;
  readonly redemptions: number;
  readonly maximumRedemptions: number;
}

export type InvitationEvent =
  | {
      readonly type: 'accept';
      /** By kind: the verified address is the invited one, a current administrator of the organisation, or anybody. */
      readonly fits: boolean;
      readonly ownershipEpoch: number;
      readonly issuerMayShare: boolean;
    }
  | { readonly type: 'decline'; readonly fits: boolean }
  | { readonly type: 'revoke' }
  | { readonly type: 'supersede' }
  | { readonly type: 'void' };

export type InvitationRefusal = 'not-yours' | 'expired' | 'already-accepted' | 'over' | 'issuer-lost-right';

/** What a reader is told of it at `now`. */
export const shownState = (invitation: Invitation, now: EpochMilliseconds): InvitationState | 'expired' =>
  invitation.state === 'pending' && now >= invitation.expiresAt ? 'expired' : invitation.state;

/** Invites at `now`; good for `maximumRedemptions` uses until 168 hours later. */
export const invite = (
  kind: InvitationKind,
  ownershipEpoch: number,
  maximumRedemptions: number,
  now: EpochMilliseconds,
): Invitation => ({
  kind,
  state: 'pending',
  expiresAt: after(now, invitationLife_ms),
  ownershipEpoch,
  redemptions: 0,
  maximumRedemptions,
});

/** The next state, or why there is none. The order of the refusals tells a stranger nothing but `not-yours`. */
export function stepInvitation(
  invitation: Invitation,
  event: InvitationEvent,
  now: EpochMilliseconds,
): Result<Invitation, InvitationRefusal> {
  if ((event.type === 'accept' || event.type === 'decline') && !event.fits) return fail('not-yours');
  const state = shownState(invitation, now);
  if (state === 'accepted') return fail('already-accepted');
  if (state === 'expired') return fail('expired');
  if (state !== 'pending') return fail('over');
  switch (event.type) {
    case 'accept':
      return accept(invitation, event);
    case 'decline':
      // Anybody may hold a code: one holder's no is not the others'.
      return invitation.kind === 'code' ? fail('not-yours') : ok({ ...invitation, state: 'declined' });
    case 'revoke':
      return ok({ ...invitation, state: 'revoked' });
    case 'supersede':
      return ok({ ...invitation, state: 'superseded' });
    case 'void':
      return ok({ ...invitation, state: 'void' });
  }
}

function accept(
  invitation: Invitation,
  event: Extract<InvitationEvent, { type: 'accept' }>,
): Result<Invitation, InvitationRefusal> {
  if (event.ownershipEpoch !== invitation.ownershipEpoch) return fail('over');
  if (!event.issuerMayShare) return fail('issuer-lost-right');
  const redemptions = invitation.redemptions + 1;
  const used = redemptions >= invitation.maximumRedemptions;
  return ok({ ...invitation, redemptions, state: used ? 'accepted' : 'pending' });
}
