import type { EpochMilliseconds } from '#libs/units/quantities.js';
import type { NodeLimit } from '../node-limits.js';

/** A limit of the grid operator or the contract with the time it holds: from and including `from`, until and excluding `until`. */
export interface TimedLimit extends NodeLimit {
  readonly from: EpochMilliseconds;
  /** Null: until it is taken away. */
  readonly until: EpochMilliseconds | null;
}

export const limitsInForce = (limits: readonly TimedLimit[], now: EpochMilliseconds): readonly TimedLimit[] =>
  limits.filter(({ from, until }) => from <= now && (until === null || now < until));

/** The next instant after `now` at which a limit begins or ends; null: none does. */
export function nextLimitChange(
  limits: readonly TimedLimit[],
  now: EpochMilliseconds,
): EpochMilliseconds | null {
  let next: EpochMilliseconds | null = null;
  for (const { from, until } of limits)
    for (const edge of [from, until])
      if (edge !== null && edge > now && (next === null || edge < next)) next = edge;
  return next;
}
