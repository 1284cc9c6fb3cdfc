import { outcome, type Allocation } from './allocation.js';
import { slotsPerNode } from './compile.js';
import { nextFull, outOfDate } from './full-level.js';
import { tolerance_A } from './load.js';

/** What a car does while the level rises. */
const growth = { fixed: 0, atMinimum: 1, rising: 2 } as const;

/**
 * Step 4: weighted max-min fill of the admitted cars, exact, by sweeping a common level upwards.
 * A car follows x = clamp(weight * (level - offset), minimum, maximum), where the offset is 0 unless departures are known. When a (node, line) is full, the cars on it stop there and
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
    from = startUpTo(allocation, from, level);
    open -= endUpTo(allocation, to, level);
  }
}

/** Clears the scratch and finds the cars that can grow; answers how many they are. */
function prepare(allocation: Allocation): number {
  const { site, minimum_A, maximum_A, weight, growing } = allocation;
  const { offset_A } = allocation.departures;
  const { fromLevel, toLevel, byFrom, byTo, fullAt } = allocation.fill;
  allocation.slopes.fill(0);
  fullAt.fill(Infinity);
  let open = 0;
  let sorted = true;
  for (let index = 0; index < site.connectorCount; index++) {
    const from = minimum_A[index]! / weight[index]! + offset_A[index]!;
    const to = maximum_A[index]! / weight[index]! + offset_A[index]!;
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

/** Lets the cars from place `from` of `byFrom` rise that leave their minimum at `level`; answers the next place. */
function startUpTo(allocation: Allocation, from: number, level: number): number {
  const { growing } = allocation;
  const { byFrom, fromLevel, moved } = allocation.fill;
  let count = 0;
  let at = from;
  for (; at < byFrom.length && fromLevel[byFrom[at]!]! <= level; at++) {
    const index = byFrom[at]!;
    if (growing[index] !== growth.atMinimum) continue;
    growing[index] = growth.rising;
    moved[count++] = index;
  }
  move(allocation, count, 1);
  return at;
}

/** Ends the growth of the cars from place `to` of `byTo` that meet their maximum at `level`; answers how many they are. */
function endUpTo(allocation: Allocation, to: number, level: number): number {
  const { growing, current_A, maximum_A } = allocation;
  const { byTo, toLevel, moved } = allocation.fill;
  let count = 0;
  for (let at = to; at < byTo.length && toLevel[byTo[at]!]! <= level; at++) {
    const index = byTo[at]!;
    if (growing[index] !== growth.rising) continue;
    growing[index] = growth.fixed;
    current_A[index] = maximum_A[index]!;
    allocation.outcome[index] = outcome.atMaximum;
    moved[count++] = index;
  }
  move(allocation, count, -1);
  return count;
}

/** The slots that load L1, L2, L3: the line itself and the two pairs that meet in it. */
const slotsOnLine = [0b101001, 0b011010, 0b110100] as const;

/** Ends the growth of every car on a line that is full at `level`; answers how many stopped. */
function stopAtFullLines(allocation: Allocation, level: number): number {
  const { site, growing, weight, current_A, slots } = allocation;
  const { offset_A } = allocation.departures;
  const { fullAt, moved } = allocation.fill;
  let stopped = 0;
  let count = 0;
  for (let line = 0; line < fullAt.length; line++) {
    if (fullAt[line]! > level) continue;
    // Nobody rises here any more. Rounding may leave a slope behind; without this it would fill for ever.
    fullAt[line] = Infinity;
    const node = (line / slotsPerNode) | 0;
    const own = line - node * slotsPerNode;
    const mask = slotsOnLine[own]!;
    const end = site.memberStart[node + 1]!;
    for (let at = site.memberStart[node]!; at < end; at++) {
      const index = site.members[at]!;
      if (growing[index] === growth.fixed || (slots[index]! & mask) === 0) continue;
      if (growing[index] === growth.rising) {
        current_A[index] = Math.max(weight[index]! * (level - offset_A[index]!), current_A[index]!);
        moved[count++] = index;
      }
      growing[index] = growth.fixed;
      allocation.constraint[index] = node * 3 + own;
      stopped++;
    }
  }
  move(allocation, count, -1);
  return stopped;
}

/**
 * Takes the first `count` cars of `moved` into what rises (direction 1), off their minimum, or out of it (-1), at their
 * current, everywhere on their way to the grid.
 */
function move(allocation: Allocation, count: number, direction: 1 | -1): void {
  const { sums_A, slopes, weight, slots, site } = allocation;
  const { start, accumulatorAndBit } = site.loads;
  const { offset_A } = allocation.departures;
  const { fullAt, moved } = allocation.fill;
  const fixed_A = direction === 1 ? allocation.minimum_A : allocation.current_A;
  for (let turn = 0; turn < count; turn++) {
    const index = moved[turn]!;
    const mask = slots[index]!;
    const slope = direction * weight[index]!;
    const constant_A = -direction * (fixed_A[index]! + weight[index]! * offset_A[index]!);
    const end = start[index + 1]!;
    for (let at = start[index]!; at < end; at++) {
      const load = accumulatorAndBit[at]!;
      if ((load & mask) === 0) continue;
      const cell = load >> slotsPerNode;
      sums_A[cell]! += constant_A;
      slopes[cell]! += slope;
      fullAt[cell] = outOfDate;
      if (site.hasPairs) markPair(fullAt, cell);
    }
  }
}

/** A load between two lines changes both of them; its own accumulator is none. */
function markPair(fullAt: Float64Array, cell: number): void {
  const slot = cell % slotsPerNode;
  if (slot < 3) return;
  fullAt[cell] = Infinity;
  fullAt[cell - 3] = outOfDate;
  fullAt[slot === 5 ? cell - 5 : cell - 2] = outOfDate;
}
