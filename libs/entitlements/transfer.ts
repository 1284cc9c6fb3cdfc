import type { PersonId } from '#libs/units/identifiers.js';
import { after, milliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import { fail, ok, type Result } from '#libs/units/result.js';
import type { LocationRole } from './role.js';

/** As long as an invitation: half-open, by the clock. */
export const transferLife_ms = milliseconds(168 * 3_600_000);

export type TransferState = 'initiated' | 'accepted' | 'rejected' | 'cancelled';

/** The machine of 5F: until it is accepted the old owner keeps everything. */
export interface Transfer {
  readonly state: TransferState;
  readonly recipientEmail: string;
  readonly expiresAt: EpochMilliseconds;
  /** The epoch it would end. */
  readonly ownershipEpoch: number;
}

export interface TransferStart {
  readonly role: LocationRole;
  readonly ownerPersonId: PersonId | null;
  readonly ownerEmail: string | null;
  readonly recipientEmail: string;
  readonly openTransfer: boolean;
  /** 5F: services at the location's hubs that are active, expiring or stopping (AJ-35). */
  readonly activeServices: number;
  readonly ownershipEpoch: number;
}

export type TransferRefusal =
  | 'services-active'
  | 'not-the-owner'
  | 'recipient-is-owner'
  | 'transfer-open'
  | 'not-yours'
  | 'expired'
  | 'over';

/** NB-50: the owner hands over; the installing organisation only while the location has no owner. */
export function initiateTransfer(
  start: TransferStart,
  now: EpochMilliseconds,
): Result<Transfer, TransferRefusal> {
  const installs = ['administrator', 'installer', 'company-installer'].includes(start.role);
  if (start.role !== 'owner' && !(installs && start.ownerPersonId === null)) return fail('not-the-owner');
  if (start.ownerEmail !== null && sameAddress(start.ownerEmail, start.recipientEmail)) {
    return fail('recipient-is-owner');
  }
  if (start.openTransfer) return fail('transfer-open');
  if (start.activeServices > 0) return fail('services-active');
  const { recipientEmail, ownershipEpoch } = start;
  return ok({ state: 'initiated', recipientEmail, ownershipEpoch, expiresAt: after(now, transferLife_ms) });
}

export type TransferEvent =
  | {
      readonly type: 'accept' | 'reject';
      /** The verified address of who answers; null while it is not verified. */
      readonly email: string | null;
      readonly ownershipEpoch: number;
    }
  | { readonly type: 'cancel' };

export const shownTransferState = (transfer: Transfer, now: EpochMilliseconds): TransferState | 'expired' =>
  transfer.state === 'initiated' && now >= transfer.expiresAt ? 'expired' : transfer.state;

export function stepTransfer(
  transfer: Transfer,
  event: TransferEvent,
  now: EpochMilliseconds,
): Result<Transfer, TransferRefusal> {
  if (
    event.type !== 'cancel' &&
    (event.email === null || !sameAddress(event.email, transfer.recipientEmail))
  ) {
    return fail('not-yours');
  }
  const state = shownTransferState(transfer, now);
  if (state === 'expired') return fail('expired');
  if (state !== 'initiated') return fail('over');
  if (event.type === 'cancel') return ok({ ...transfer, state: 'cancelled' });
  if (event.ownershipEpoch !== transfer.ownershipEpoch) return fail('over');
  return ok({ ...transfer, state: event.type === 'accept' ? 'accepted' : 'rejected' });
}

/** Addresses are kept in lower case by the identity library; people write them as they like. */
export const sameAddress = (a: string, b: string): boolean =>
  a.trim().toLowerCase() === b.trim().toLowerCase();
