import type { PerPhase } from '#libs/units/phases.js';
import type { EpochMilliseconds } from '#libs/units/quantities.js';
import type { SolarPolicy } from './solar-policy.js';

/** What a connector has of the sun, and since when it could start or should stop. */
export interface Turn {
  /** Since when it is on solar mode with a car, running or waiting. */
  followsSince: EpochMilliseconds | null;
  runsSince: EpochMilliseconds | null;
  enoughSince: EpochMilliseconds | null;
  shortSince: EpochMilliseconds | null;
  /** Ampere per line; Infinity where the sun is no limit. */
  ceiling_A: number;
  /** What it is given of the surplus, line-amperes. */
  allotted_A: number;
}

/** Surplus in line-amperes: one ampere on one line against neutral; the mean over time, and what of it is handed out. */
export interface SolarState {
  readonly policy: SolarPolicy;
  /** The connection's last frame that was not looked at yet: the sum of its lines, exports negative. */
  readonly frame: { fresh: boolean; at: EpochMilliseconds; net_A: number; readingAge_ms: number };
  /** Null: not known. */
  mean_A: number | null;
  meanAt: EpochMilliseconds;
  budget_A: number;
  readonly turns: Turn[];
}

export const outOfTurn = (): Turn => ({
  followsSince: null,
  runsSince: null,
  enoughSince: null,
  shortSince: null,
  ceiling_A: Infinity,
  allotted_A: 0,
});

export const createSolarState = (
  connectorCount: number,
  now: EpochMilliseconds,
  policy: SolarPolicy,
): SolarState => ({
  policy,
  frame: { fresh: false, at: now, net_A: 0, readingAge_ms: 0 },
  mean_A: null,
  meanAt: now,
  budget_A: 0,
  turns: Array.from({ length: connectorCount }, outOfTurn),
});

/** Notes a frame of the connection's meter; `shareSun` looks at it. `readingAge_ms`: how old the reading may be. */
export function noteSun(
  { frame }: SolarState,
  at: EpochMilliseconds,
  current_A: PerPhase,
  readingAge_ms: number,
): void {
  frame.fresh = true;
  frame.at = at;
  frame.net_A = current_A[0] + current_A[1] + current_A[2];
  frame.readingAge_ms = readingAge_ms;
}
