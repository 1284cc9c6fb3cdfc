import { isFinal, isUnderway, type FirmwareUpdate } from './firmware-update.js';

export const campaignStates = ['draft', 'running', 'paused', 'halted', 'completed', 'cancelled'] as const;
/** `halted`: too many devices failed; a person may let it go on. The last two are final. */
export type CampaignState = (typeof campaignStates)[number];

/** So many devices, counted from the first; a share is of all of them, rounded up. */
export type Stage =
  { readonly kind: 'share'; readonly percent: number } | { readonly kind: 'count'; readonly devices: number };

/** From the one minute of the local day up to, not including, the other; `from_min` above `to_min` crosses midnight. */
export interface DailyWindow {
  readonly from_min: number;
  readonly to_min: number;
}

export interface CampaignRules {
  /** One after the other; after the last come all that are left. */
  readonly stages: readonly Stage[];
  /** Devices that may be at it at once. */
  readonly atOnce: number;
  /** When failed devices are at least this share of the stage's, the campaign halts. */
  readonly abortShare_percent: number;
  /** A device that was out of reach for so long since the start is skipped. */
  readonly offlinePatience_ms: number;
}

/** A device as the plan needs it. */
export interface PlannedDevice extends Pick<FirmwareUpdate, 'state' | 'notBefore'> {
  readonly deviceId: string;
  readonly isOnline: boolean;
  /** Whether the window is open where it stands. */
  readonly isInWindow: boolean;
}

export interface CampaignPlan {
  /** Counts from 1. */
  readonly stage: number;
  /** Devices that are open by now, from the first. */
  readonly open: number;
  /** Enough of them failed that nothing more may be offered. */
  readonly halts: boolean;
  /** Every device has come to an end. */
  readonly isComplete: boolean;
  /** To be offered the image now, in this order. */
  readonly offer: readonly string[];
  /** To be skipped: out of reach for too long. */
  readonly outOfReach: readonly string[];
}

/** Devices open in each stage; rises, and ends with all. */
export function stageSizes(stages: readonly Stage[], devices: number): readonly number[] {
  const sizes: number[] = [];
  for (const stage of stages) {
    const wanted =
      stage.kind === 'share' ? Math.ceil((devices * stage.percent) / 100) : Math.min(stage.devices, devices);
    if (wanted > (sizes.at(-1) ?? 0)) sizes.push(wanted);
  }
  if ((sizes.at(-1) ?? 0) < devices) sizes.push(devices);
  return sizes;
}

/**
 * What to do next. A stage opens when every device of the one before has come to an end; failed devices that a person has
 * looked at (`forgiven`) do not halt it again. Times are milliseconds since the epoch.
 */
export function planCampaign(
  rules: CampaignRules,
  devices: readonly PlannedDevice[],
  {
    now,
    startedAt,
    forgiven,
  }: { readonly now: number; readonly startedAt: number; readonly forgiven: number },
): CampaignPlan {
  const sizes = stageSizes(rules.stages, devices.length);
  const unfinished = sizes.findIndex((size) => !devices.slice(0, size).every(isFinal));
  const index = unfinished === -1 ? Math.max(sizes.length - 1, 0) : unfinished;
  const open = sizes[index] ?? 0;
  const opened = devices.slice(0, open);
  // The stage that has just ended counts by itself before the next one dilutes it.
  const halts = sizes.slice(0, index + 1).some((size) => {
    const counted = devices.slice(0, size).filter(({ state }) => state !== 'skipped').length;
    const failed = devices.slice(0, size).filter(({ state }) => state === 'failed').length - forgiven;
    return failed > 0 && failed * 100 >= rules.abortShare_percent * counted;
  });
  const isComplete = unfinished === -1;
  const free = halts ? 0 : Math.max(0, rules.atOnce - devices.filter(isUnderway).length);
  const waiting = opened.filter(({ state }) => state === 'waiting');
  return {
    stage: index + 1,
    open,
    halts,
    isComplete,
    offer: waiting
      .filter(({ isOnline, isInWindow, notBefore }) => isOnline && isInWindow && notBefore <= now)
      .slice(0, free)
      .map(({ deviceId }) => deviceId),
    outOfReach:
      now - startedAt < rules.offlinePatience_ms
        ? []
        : waiting.filter(({ isOnline }) => !isOnline).map(({ deviceId }) => deviceId),
  };
}

/** Whether a window is open at this minute of the local day; none is always open. */
export function isWindowOpen(window: DailyWindow | null, minute: number): boolean {
  if (window === null) return true;
  const { from_min, to_min } = window;
  return from_min <= to_min ? minute >= from_min && minute < to_min : minute >= from_min || minute < to_min;
}

export type CampaignOrder = 'start' | 'pause' | 'resume' | 'cancel';

const orders: Readonly<Record<CampaignOrder, Readonly<Partial<Record<CampaignState, CampaignState>>>>> = {
  start: { draft: 'running' },
  pause: { running: 'paused' },
  resume: { paused: 'running', halted: 'running' },
  cancel: { draft: 'cancelled', running: 'cancelled', paused: 'cancelled', halted: 'cancelled' },
};

/** The state after a person's word; null when it makes no sense there. */
export const afterOrder = (state: CampaignState, order: CampaignOrder): CampaignState | null =>
  orders[order][state] ?? null;
