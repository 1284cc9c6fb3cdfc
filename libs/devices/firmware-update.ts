/** How far the update of one device has come; the last three are final. */
export const firmwareUpdateStates = [
  'waiting',
  'offered',
  'downloading',
  'downloaded',
  'installing',
  'rebooting',
  'done',
  'failed',
  'skipped',
] as const;
export type FirmwareUpdateState = (typeof firmwareUpdateStates)[number];

export interface FirmwareUpdate {
  readonly state: FirmwareUpdateState;
  /** How often the image was offered. */
  readonly attempt: number;
  /** How often the device restarted before it had the image; each is offered again and costs no attempt. */
  readonly interruptions: number;
  /** Stable code of why it is where it is; null when the state says it all. */
  readonly reason: string | null;
  /** When it came into this state, milliseconds since the epoch. */
  readonly since: number;
  /** While waiting: not to be offered before this. */
  readonly notBefore: number;
  /** Names the present offer in what the device tells (OCPP requestId); null: none yet. */
  readonly requestId: number | null;
}

/** What a campaign promises and how long it bears with a device. */
export interface UpdateTerms {
  /** What the device calls itself once it runs the image. */
  readonly version: string;
  /** Further attempts after the first failed. */
  readonly retries: number;
  /** The pause before the first retry; it doubles with each. */
  readonly retryPause_ms: number;
}

/** `at`: milliseconds since the epoch, when we heard of it. */
export type UpdateEvent =
  | { readonly type: 'offered'; readonly requestId: number; readonly at: number }
  /** The device said that it will. */
  | { readonly type: 'taken'; readonly at: number }
  /** What became of the command that offered it, when that is not `accepted`. */
  | {
      readonly type: 'not-taken';
      readonly why: 'rejected' | 'expired' | 'failed' | 'dropped';
      readonly at: number;
    }
  /** The device's own word (OCPP 1.6 7.25 FirmwareStatus, OCPP 2.0.1 FirmwareStatusEnumType). */
  | {
      readonly type: 'told';
      readonly code: string;
      readonly requestId: number | null;
      readonly at: number;
    }
  | { readonly type: 'booted'; readonly firmwareVersion: string | null; readonly at: number }
  | { readonly type: 'skipped'; readonly reason: string; readonly at: number }
  | { readonly type: 'time'; readonly at: number };

export const waitingUpdate = (at: number): FirmwareUpdate => ({
  state: 'waiting',
  attempt: 0,
  interruptions: 0,
  reason: null,
  since: at,
  notBefore: at,
  requestId: null,
});

const finals: ReadonlySet<FirmwareUpdateState> = new Set(['done', 'failed', 'skipped']);
export const isFinal = ({ state }: Pick<FirmwareUpdate, 'state'>): boolean => finals.has(state);
/** Offered and not at its end: these count against how many devices may be at it at once. */
export const isUnderway = ({ state }: Pick<FirmwareUpdate, 'state'>): boolean =>
  state !== 'waiting' && !finals.has(state);

/** How long a device may stay silent in a state before the attempt counts as failed. */
export const updatePatience_ms: Readonly<Partial<Record<FirmwareUpdateState, number>>> = {
  // A charger behind a slow modem fetches 64 MB in well under this.
  offered: 2 * 3_600_000,
  downloading: 6 * 3_600_000,
  // It may wait for the car to leave before it installs (OCPP 2.0.1 L01.FR.06).
  downloaded: 24 * 3_600_000,
  installing: 24 * 3_600_000,
  rebooting: 1_800_000,
};

/** More restarts than this in the middle are no accident. */
export const mostInterruptions = 5;

const progress: Readonly<Record<string, FirmwareUpdateState>> = {
  DownloadScheduled: 'offered',
  Downloading: 'downloading',
  DownloadPaused: 'downloading',
  Downloaded: 'downloaded',
  SignatureVerified: 'downloaded',
  InstallScheduled: 'downloaded',
  Installing: 'installing',
  InstallRebooting: 'rebooting',
  // Its word alone is not enough: it is done when it boots with the version that was promised.
  Installed: 'rebooting',
};

const failures: Readonly<Record<string, string>> = {
  DownloadFailed: 'download-failed',
  InstallationFailed: 'installation-failed',
  InstallVerificationFailed: 'verification-failed',
  InvalidSignature: 'invalid-signature',
};

/** Firmware statuses by which a device says that it gave up. */
export const isFirmwareFailure = (code: string): boolean => code in failures;

const rank = (state: FirmwareUpdateState): number => firmwareUpdateStates.indexOf(state);

/** The update after an event. An event that comes twice, or belongs to an earlier offer, changes nothing. */
export function stepUpdate(update: FirmwareUpdate, event: UpdateEvent, terms: UpdateTerms): FirmwareUpdate {
  if (isFinal(update)) return update;
  const { at } = event;
  switch (event.type) {
    case 'offered': {
      if (update.state !== 'waiting') return update;
      const attempt = update.attempt + 1;
      return { ...update, state: 'offered', attempt, reason: null, since: at, requestId: event.requestId };
    }
    case 'skipped':
      return update.state === 'waiting' ? ended(update, 'skipped', event.reason, at) : update;
    case 'taken':
      return update.state === 'offered' && update.reason !== 'taken'
        ? { ...update, reason: 'taken' }
        : update;
    case 'not-taken':
      return update.state === 'offered' ? notTaken(update, event.why, at, terms) : update;
    case 'booted':
      return booted(update, event.firmwareVersion, at, terms);
    case 'told':
      return told(update, event, terms);
    case 'time': {
      const patience_ms = updatePatience_ms[update.state];
      if (patience_ms === undefined || at - update.since <= patience_ms) return update;
      const reason = update.state === 'rebooting' ? 'version-not-confirmed' : 'silent';
      return attemptFailed(update, reason, at, terms);
    }
  }
}

function notTaken(
  update: FirmwareUpdate,
  why: Extract<UpdateEvent, { type: 'not-taken' }>['why'],
  at: number,
  terms: UpdateTerms,
): FirmwareUpdate {
  if (why === 'dropped') return ended(update, 'skipped', 'right-gone', at);
  if (why === 'rejected') return attemptFailed(update, 'declined', at, terms);
  if (why === 'failed') return attemptFailed(update, 'no-answer', at, terms);
  // It never left us, so it was no attempt.
  return again({ ...update, attempt: update.attempt - 1 }, 'not-reached', at, at);
}

function booted(
  update: FirmwareUpdate,
  firmwareVersion: string | null,
  at: number,
  terms: UpdateTerms,
): FirmwareUpdate {
  if (firmwareVersion === terms.version) {
    const untouched = update.state === 'waiting' && update.attempt === 0;
    return ended(update, untouched ? 'skipped' : 'done', untouched ? 'already-there' : null, at);
  }
  if (update.state === 'rebooting') return attemptFailed(update, 'wrong-version', at, terms);
  // A charger that boots before it answered the offer gets the queued command all the same.
  if (update.state === 'waiting' || (update.state === 'offered' && update.reason !== 'taken')) return update;
  const interruptions = update.interruptions + 1;
  if (interruptions > mostInterruptions) return ended(update, 'failed', 'keeps-restarting', at);
  // Whatever it had fetched is gone with the restart in most chargers: it is offered the image again, at once.
  return again({ ...update, interruptions, attempt: update.attempt - 1 }, 'interrupted', at, at);
}

function told(
  update: FirmwareUpdate,
  { code, requestId, at }: Extract<UpdateEvent, { type: 'told' }>,
  terms: UpdateTerms,
): FirmwareUpdate {
  if (update.state === 'waiting') return update;
  if (requestId !== null && requestId !== update.requestId) return update;
  const failure = failures[code];
  if (failure !== undefined) return attemptFailed(update, failure, at, terms);
  const next = progress[code];
  if (next === undefined || rank(next) <= rank(update.state)) return update;
  return { ...update, state: next, reason: null, since: at };
}

function attemptFailed(
  update: FirmwareUpdate,
  reason: string,
  at: number,
  { retries, retryPause_ms }: UpdateTerms,
): FirmwareUpdate {
  if (update.attempt > retries) return ended(update, 'failed', reason, at);
  return again(update, reason, at, at + retryPause_ms * 2 ** (update.attempt - 1));
}

const again = (update: FirmwareUpdate, reason: string, at: number, notBefore: number): FirmwareUpdate => ({
  ...update,
  state: 'waiting',
  reason,
  since: at,
  notBefore,
  requestId: null,
});

const ended = (
  update: FirmwareUpdate,
  state: 'done' | 'failed' | 'skipped',
  reason: string | null,
  at: number,
): FirmwareUpdate => ({ ...update, state, reason, since: at });
