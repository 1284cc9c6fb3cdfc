import { outcome, type Allocation } from './allocation.js';
import { slotsPerNode } from './compile.js';
import { tolerance_A } from './load.js';

/** What a car does while the level rises. */
const growth = { fixed: 0, atMinimum: 1, rising: 2 } as const;

/** Marks a (node, line) on which cars have started or stopped to rise since its level was computed. */
const outOfDate = -1;
/** Slopes below this are what rounding leaves of cars that have stopped. */
const noSlope = 1e-12;

/**
 * Step 4 for sites whose loads are all against neutral: weighted max-min fill of the admitted cars, exact, by sweeping a
 * common level upwards. A car follows x = clamp(weight * (level - offset), minimum, maximum), where the offset is 0 unless
 * departures are known. When a (node, line) is full, the cars on it stop there and it is their reason; a car at its maximum
 * stops of itself. The sweep jumps from one such event to the next.
 *
 * While it runs, the room of a (node, line) at any level is `room_A` - `slope` * level: nothing is touched in between but
 * the cars that start or stop.
 */
export function fill(allocation: Allocation): void {
  const { growing } = allocation;
  const { byFrom, byTo, fromLevel, toLevel } = allocation.fill;
  const n = growing.length;
  let open = prepare(allocation);
  let level = 0;
  let from = 0;
  let to = 0;
  while (open > 0) {
    while (from < n && growing[byFrom[from]!] !== growth.atMinimum) from++;
    while (to < n && growing[byTo[to]!] === growth.fixed) to++;
    const starts = from < n ? fromLevel[byFrom[from]!]! : Infinity;
    const ends = to < n ? toLevel[byTo[to]!]! : Infinity;
    const next = starts < ends ? starts : ends;
    const full = nextFull(allocation);
    if (full < next) {
      if (full > level) level = full;
      open -= stopAtFullLines(allocation, level);
      continue;
    }
    if (next > level) level = next;
    if (starts <= level) from = startUpTo(allocation, from, level);
    if (ends <= level) open -= endUpTo(allocation, to, level);
  }
  finish(allocation);
}

/** Clears the scratch and finds the cars that can grow; answers how many they are. */
function prepare(allocation: Allocation): number {
  const { minimum_A, maximum_A, weight, growing, sums_A, capacity_A } = allocation;
  const { offset_A } = allocation.departures;
  const { fromLevel, toLevel, byFrom, byTo, fullAt, room_A, slope } = allocation.fill;
  let cell = 0;
  for (let line = 0; line < room_A.length; line += 3, cell += slotsPerNode)
    for (let own = 0; own < 3; own++) {
      room_A[line + own] = capacity_A[line + own]! - sums_A[cell + own]!;
      slope[line + own] = 0;
      fullAt[line + own] = Infinity;
    }
  let open = 0;
  let sorted = true;
  for (let index = 0; index < growing.length; index++) {
    const lowest_A = minimum_A[index]!;
    const highest_A = maximum_A[index]!;
    const perWeight = 1 / weight[index]!;
    const from = lowest_A * perWeight + offset_A[index]!;
    const to = highest_A * perWeight + offset_A[index]!;
    if (from !== fromLevel[index] || to !== toLevel[index]) {
      sorted = false;
      fromLevel[index] = from;
      toLevel[index] = to;
    }
    growing[index] = growth.fixed;
    if (allocation.outcome[index] !== outcome.limited) continue;
    if (highest_A - lowest_A <= tolerance_A) {
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

/** The lowest level, 0 or above, at which some (node, line) is full; brings `fullAt` up to date on the way. */
function nextFull(allocation: Allocation): number {
  const { fullAt, room_A, slope } = allocation.fill;
  let lowest = Infinity;
  for (let line = 0; line < fullAt.length; line++) {
    let own = fullAt[line]!;
    if (own === outOfDate) {
      own = Infinity;
      if (slope[line]! > noSlope) {
        own = room_A[line]! / slope[line]!;
        if (own < 0) own = 0;
      }
      fullAt[line] = own;
    }
    if (own < lowest) lowest = own;
  }
  return lowest;
}

/** Lets the cars from place `from` of `byFrom` rise that leave their minimum at `level`; answers the next place. */
function startUpTo(allocation: Allocation, from: number, level: number): number {
  const { growing, minimum_A } = allocation;
  const { byFrom, fromLevel } = allocation.fill;
  let at = from;
  for (; at < byFrom.length && fromLevel[byFrom[at]!]! <= level; at++) {
    const index = byFrom[at]!;
    if (growing[index] !== growth.atMinimum) continue;
    growing[index] = growth.rising;
    move(allocation, index, 1, minimum_A[index]!);
  }
  return at;
}

/** Ends the growth of the cars from place `to` of `byTo` that meet their maximum at `level`; answers how many they are. */
function endUpTo(allocation: Allocation, to: number, level: number): number {
  const { growing, current_A, maximum_A } = allocation;
  const { byTo, toLevel } = allocation.fill;
  let count = 0;
  for (let at = to; at < byTo.length && toLevel[byTo[at]!]! <= level; at++) {
    const index = byTo[at]!;
    if (growing[index] !== growth.rising) continue;
    growing[index] = growth.fixed;
    const highest_A = maximum_A[index]!;
    current_A[index] = highest_A;
    allocation.outcome[index] = outcome.atMaximum;
    move(allocation, index, -1, highest_A);
    count++;
  }
  return count;
}

/** Ends the growth of every car on a line that is full at `level`; answers how many stopped. */
function stopAtFullLines(allocation: Allocation, level: number): number {
  const { site, growing, weight, current_A, slots } = allocation;
  const { offset_A } = allocation.departures;
  const { fullAt } = allocation.fill;
  let stopped = 0;
  for (let line = 0; line < fullAt.length; line++) {
    const own = fullAt[line]!;
    if (own > level || own === outOfDate) continue;
    const node = (line / 3) | 0;
    const mask = 1 << (line - node * 3);
    const end = site.memberStart[node + 1]!;
    for (let at = site.memberStart[node]!; at < end; at++) {
      const index = site.members[at]!;
      if (growing[index] === growth.fixed || (slots[index]! & mask) === 0) continue;
      if (growing[index] === growth.rising) {
        const reached_A = weight[index]! * (level - offset_A[index]!);
        if (reached_A > current_A[index]!) current_A[index] = reached_A;
        move(allocation, index, -1, current_A[index]!);
      }
      growing[index] = growth.fixed;
      allocation.constraint[index] = line;
      stopped++;
    }
    // Nobody rises here any more. Rounding may leave a slope behind; without this it would fill for ever.
    fullAt[line] = Infinity;
  }
  return stopped;
}

/** Takes a car into what rises (direction 1), off its minimum, or out of it (-1), at its current, on its way to the grid. */
function move(allocation: Allocation, index: number, direction: 1 | -1, fixed_A: number): void {
  const { start, accumulatorAndBit, constraint } = allocation.site.loads;
  const { fullAt, room_A, slope } = allocation.fill;
  const mask = allocation.slots[index]!;
  const own = direction * allocation.weight[index]!;
  const constant_A = direction * fixed_A + own * allocation.departures.offset_A[index]!;
  const end = start[index + 1]!;
  for (let at = start[index]!; at < end; at++) {
    if ((accumulatorAndBit[at]! & mask) === 0) continue;
    const line = constraint[at]!;
    room_A[line]! += constant_A;
    slope[line]! += own;
    fullAt[line] = outOfDate;
  }
}

/** Leaves in `sums_A` what flows now, for the steps that follow. */
function finish(allocation: Allocation): void {
  const { sums_A, capacity_A } = allocation;
  const { room_A } = allocation.fill;
  let cell = 0;
  for (let line = 0; line < room_A.length; line += 3, cell += slotsPerNode) {
    sums_A[cell] = capacity_A[line]! - room_A[line]!;
    sums_A[cell + 1] = capacity_A[line + 1]! - room_A[line + 1]!;
    sums_A[cell + 2] = capacity_A[line + 2]! - room_A[line + 2]!;
  }
}
