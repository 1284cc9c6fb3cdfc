/** A car that shares the surplus. */
export interface Sharer {
  readonly index: number;
  /** Line-amperes that one ampere of its current takes. */
  readonly weight: number;
  readonly minimum_A: number;
  readonly maximum_A: number;
}

/**
 * Line-amperes per ampere of a car that loads the slots of `mask`: 1 for each line against neutral; the square root of 3
 * between two lines, whose voltage is that much higher than the share of a line.
 */
export function lineAmperes(mask: number): number {
  let sum = 0;
  for (let slot = 0; slot < 6; slot++) if (mask & (1 << slot)) sum += slot < 3 ? 1 : Math.sqrt(3);
  return sum;
}

/**
 * Max-min: the current up to which all cars rise together so that what they take, each within its bounds, is the
 * surplus; Infinity when all are at their maximum within it.
 */
export function shareLevel(sharers: readonly Sharer[], surplus_A: number): number {
  const taken_A = (level_A: number): number =>
    sharers.reduce(
      (sum, { weight, minimum_A, maximum_A }) =>
        sum + weight * Math.max(minimum_A, Math.min(level_A, maximum_A)),
      0,
    );
  const highest_A = sharers.reduce((most, { maximum_A }) => Math.max(most, maximum_A), 0);
  if (taken_A(highest_A) <= surplus_A) return Infinity;
  let low = 0;
  let high = highest_A;
  for (let turn = 0; turn < 50; turn++) {
    const middle = (low + high) / 2;
    if (taken_A(middle) <= surplus_A) low = middle;
    else high = middle;
  }
  return low;
}
