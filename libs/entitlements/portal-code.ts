import { after, milliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import { fail, ok, type Result } from '#libs/units/result.js';

/** How long a sign-in to the customer portal lasts at most. */
export const portalSessionLife_ms = milliseconds(12 * 3_600_000);
/** T1: so many wrong tokens beside the right code, and the code is over. */
export const mostWrongTokens = 100;

/** The machine of 5G: access to the portal of one customer or one location by an authorisation code. */
export interface PortalCode {
  readonly state: 'off' | 'on';
  /** Which code it is; 0 before the first. CP-20: every switching on makes a new one. */
  readonly version: number;
  /** Rises with every change; a session opened under another one is over (CP-14, CP-19). */
  readonly epoch: number;
  /** CP-09: the code opens single installations, and only together with their token. */
  readonly restricted: boolean;
  /** T3: of the location when the code was made; 0 for a customer's, who has none. */
  readonly ownershipEpoch: number;
  readonly wrongTokens: number;
}

export type PortalCodeEvent =
  | { readonly type: 'enable'; readonly restricted: boolean }
  | { readonly type: 'disable' }
  | { readonly type: 'regenerate' }
  /** The code was right and the token with it was not. */
  | { readonly type: 'wrong-token' };

export const noPortalCode: PortalCode = {
  state: 'off',
  version: 0,
  epoch: 0,
  restricted: false,
  ownershipEpoch: 0,
  wrongTokens: 0,
};

/** Whether the code opens anything, given the location's present epoch: NB-51, a transfer ends it without anybody's doing. */
export const isOn = (code: PortalCode, ownershipEpoch: number): boolean =>
  code.state === 'on' && code.ownershipEpoch === ownershipEpoch;

/** The next state. What asks for the state there is changes nothing, so that a repeat ends no session. */
export function stepPortalCode(
  code: PortalCode,
  event: PortalCodeEvent,
  ownershipEpoch: number,
): Result<PortalCode, 'off'> {
  const on = isOn(code, ownershipEpoch);
  switch (event.type) {
    case 'enable': {
      const { restricted } = event;
      if (!on) return ok(newCode({ ...code, restricted }, ownershipEpoch));
      return ok(code.restricted === restricted ? code : { ...code, restricted, epoch: code.epoch + 1 });
    }
    case 'disable':
      return ok(code.state === 'on' ? off(code) : code);
    case 'regenerate':
      return on ? ok(newCode(code, ownershipEpoch)) : fail('off');
    case 'wrong-token': {
      if (!on) return fail('off');
      const wrongTokens = code.wrongTokens + 1;
      return ok(wrongTokens >= mostWrongTokens ? off({ ...code, wrongTokens }) : { ...code, wrongTokens });
    }
  }
}

const newCode = (code: PortalCode, ownershipEpoch: number): PortalCode => ({
  ...code,
  state: 'on',
  version: code.version + 1,
  epoch: code.epoch + 1,
  ownershipEpoch,
  wrongTokens: 0,
});

const off = (code: PortalCode): PortalCode => ({ ...code, state: 'off', epoch: code.epoch + 1 });

/** What a session was opened under. */
export interface PortalSession {
  readonly epoch: number;
  readonly ownershipEpoch: number;
  /** CP-10: the installation whose token opened it; null: none was needed. */
  readonly installationId: string | null;
  readonly expiresAt: EpochMilliseconds;
}

/**
 * Signs in with the present code. @param tokenOf the installation of this very location whose token came along; null: no
 * token, or one that belongs elsewhere (CP-12)
 */
export function openPortalSession(
  code: PortalCode,
  ownershipEpoch: number,
  tokenOf: string | null,
  now: EpochMilliseconds,
): Result<PortalSession, 'refused'> {
  if (!isOn(code, ownershipEpoch)) return fail('refused');
  if (code.restricted && tokenOf === null) return fail('refused');
  return ok({
    epoch: code.epoch,
    ownershipEpoch,
    installationId: code.restricted ? tokenOf : null,
    expiresAt: after(now, portalSessionLife_ms),
  });
}

/** Whether what was opened then is still open now; half-open. */
export const sessionHolds = (
  session: PortalSession,
  code: PortalCode,
  ownershipEpoch: number,
  now: EpochMilliseconds,
): boolean =>
  isOn(code, ownershipEpoch) &&
  session.epoch === code.epoch &&
  session.ownershipEpoch === ownershipEpoch &&
  now < session.expiresAt;
