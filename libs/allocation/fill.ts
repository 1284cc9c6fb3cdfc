import { outcome, type Allocation } from './allocation.js';
import { nextFull, outOfDate } from './full-level.js';
import { tolerance_A } from './load.js';

/** What a car does while the level rises. */
const growth = { fixed: 0, atMinimum: 1, rising: 2 } as const;

/**
 * Step 4: weighted max-min fill of the admitted cars, exact, by sweeping a common level upwards.
 * A car follows x = clamp(weight * level, minimum, maximum). When a (node, line) is full, the cars on it stop there and
 * it is their reason; a car at its maximum stops of itself. The sweep jumps from one such event to the next.
 *
 * While it runs, `sums_A` holds only what does not rise, and `slopes` what does, per ampere of level: a sum at any level
 * is sums_A + slopes * level, so nothing is touched in between but the cars that start or stop.
 */
export function fill(allocation: Allocation): void {
  const { site, growing } = allocation;
  const { byFrom, byTo, fromLevel, toLevel } = allocation.fill;
  const n = site.connectorCount;
  let open = prepare(allocation);
  let level = 0;
  let from = 0;
  let to = 0;
  while (open > 0) {
    while (from < n && growing[byFrom[from]!] !== growth.atMinimum) from++;
    while (to < n && growing[byTo[to]!] === growth.fixed) to++;
    const starts = from < n ? fromLevel[byFrom[from]!]! : Infinity;
    const ends = to < n ? toLevel[byTo[to]!]! : Infinity;
    const full = nextFull(allocation);
    if (full < Math.min(starts, ends)) {
      level = Math.max(level, full);
      open -= stopAtFullLines(allocation, level);
      continue;
    }
    level = Math.max(level, Math.min(starts, ends));
    for (; from < n && fromLevel[byFrom[from]!]! <= level; from++) start(allocation, byFrom[from]!);
    for (; to < n && toLevel[byTo[to]!]! <= level; to++) {
      const index = byTo[to]!;
      if (growing[index] === growth.fixed) continue;
      stop(allocation, index, allocation.maximum_A[index]!);
      allocation.outcome[index] = outcome.atMaximum;
      open--;
    }
  }
}

/** Clears the scratch and finds the cars that can grow; answers how many they are. */
function prepare(allocation: Allocation): number {
  const { site, minimum_A, maximum_A, weight, growing } = allocation;
  const { fromLevel, toLevel, byFrom, byTo, fullAt, rising } = allocation.fill;
  allocation.slopes.fill(0);
  rising.fill(0);
  fullAt.fill(Infinity);
  let open = 0;
  let sorted = true;
  for (let index = 0; index < site.connectorCount; index++) {
    const from = minimum_A[index]! / weight[index]!;
    const to = maximum_A[index]! / weight[index]!;
    if (from !== fromLevel[index] || to !== toLevel[index]) sorted = false;
    fromLevel[index] = from;
    toLevel[index] = to;
    growing[index] = growth.fixed;
    if (allocation.outcome[index] !== outcome.limited) continue;
    if (maximum_A[index]! - minimum_A[index]! <= tolerance_A) {
      allocation.outcome[index] = outcome.atMaximum;
      continue;
    }
    growing[index] = growth.atMinimum;
    open++;
  }
  if (!sorted) {
    sortBy(byFrom, fromLevel);
    sortBy(byTo, toLevel);
  }
  return open;
}

/** Insertion sort: from one call to the next little changes. Equal levels by index, so that the past leaves no trace. */
function sortBy(order: Int32Array, level: Float64Array): void {
  for (let at = 1; at < order.length; at++) {
    const index = order[at]!;
    const own = level[index]!;
    let back = at - 1;
    for (; back >= 0; back--) {
      const other = order[back]!;
      if (level[other]! < own || (level[other] === own && other < index)) break;
      order[back + 1] = other;
    }
    order[back + 1] = index;
  }
}

function start(allocation: Allocation, index: number): void {
  if (allocation.growing[index] !== growth.atMinimum) return;
  allocation.growing[index] = growth.rising;
  shift(allocation, index, -allocation.minimum_A[index]!, allocation.weight[index]!, 1);
}

/** Ends the growth of a car at `current_A`. */
function stop(allocation: Allocation, index: number, current_A: number): void {
  const { growing, weight } = allocation;
  if (growing[index] === growth.rising) shift(allocation, index, current_A, -weight[index]!, -1);
  growing[index] = growth.fixed;
  allocation.current_A[index] = current_A;
}

/** Moves a car between what rises and what does not, everywhere on its way to the grid. */
function shift(allocation: Allocation, index: number, fixed_A: number, slope: number, cars: number): void {
  const { sums_A, slopes, site } = allocation;
  const { start, accumulator, bit, constraint, otherConstraint } = site.loads;
  const { rising, fullAt } = allocation.fill;
  const mask = allocation.slots[index]!;
  const end = start[index + 1]!;
  for (let at = start[index]!; at < end; at++) {
    if ((mask & bit[at]!) === 0) continue;
    const cell = accumulator[at]!;
    sums_A[cell]! += fixed_A;
    slopes[cell]! += slope;
    const line = constraint[at]!;
    rising[line]! += cars;
    fullAt[line] = outOfDate;
    if (!site.hasPairs) continue;
    const other = otherConstraint[at]!;
    if (other < 0) continue;
    rising[other]! += cars;
    fullAt[other] = outOfDate;
  }
}

/** Ends the growth of every car on a line that is full at `level`; answers how many stopped. */
function stopAtFullLines(allocation: Allocation, level: number): number {
  const { site, growing, weight, current_A } = allocation;
  const { fullAt } = allocation.fill;
  let stopped = 0;
  for (let line = 0; line < fullAt.length; line++) {
    // A line out of date has just lost cars: it fills later than it says, and is looked at again in the next round.
    const own = fullAt[line]!;
    if (own > level || own === outOfDate) continue;
    const node = (line / 3) | 0;
    const slots = slotsOnLine[line - node * 3]!;
    const end = site.memberStart[node + 1]!;
    for (let at = site.memberStart[node]!; at < end; at++) {
      const index = site.members[at]!;
      if (growing[index] === growth.fixed || (allocation.slots[index]! & slots) === 0) continue;
      const rising_A = growing[index] === growth.rising ? weight[index]! * level : 0;
      stop(allocation, index, Math.max(rising_A, current_A[index]!));
      allocation.constraint[index] = line;
      stopped++;
    }
  }
  return stopped;
}

/** The slots that load L1, L2, L3: the line itself and the two pairs that meet in it. */
const slotsOnLine = [0b101001, 0b011010, 0b110100] as const;
