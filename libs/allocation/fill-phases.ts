import { outcome, type Allocation } from './allocation.js';
import { primaryConstraint, slotsPerNode } from './compile.js';
import { levelUntilFull } from './full-level.js';
import { addLoad, linesOfMask, primaryCurrent_A, tolerance_A } from './load.js';

/** Currents on different pairs of lines: 2^6 sets of slots; a site uses a handful. */
const masks = 64;

/** So much more, ampere, shows whether a load matters to a primary line. */
const probe_A = 1e-3;

/** No sweep takes more rounds than this for each car and group. */
const roundsPerCar = 4;

/** The cars that load the same slots, and how far they have come. */
interface PhaseGroup {
  readonly mask: number;
  readonly members: number[];
  /** Sum of the members' currents, ampere. */
  sum_A: number;
  /** The group grows up to here in the present stage, ampere. */
  ceiling_A: number;
  /** How fast it grows beside the others. */
  pace: number;
  /** The members' common level: each follows clamp(weight * (level - offset), minimum, maximum). */
  level: number;
  /** Sum of the weights of the members that rise now. */
  rising: number;
}

/**
 * Step 5, phases before cars, for sites with loads between lines. There the sum of all currents is largest when the pairs of
 * lines carry the same, so the groups of cars on the same lines are filled first, and inside a group the cars as in `fill`.
 * First every group rises alike until its cars have what makes them ready in time, the emptiest first; then all of them go
 * on in proportion to what is still missing. A car stops at its maximum or where a line is full.
 */
export function fillPhases(allocation: Allocation): void {
  const groups = groupCars(allocation);
  for (const group of groups) {
    let needed_A = 0;
    for (const index of group.members) needed_A += allocation.departures.needed_A[index]!;
    group.ceiling_A = Math.max(group.sum_A, needed_A);
    group.pace = 1;
  }
  sweep(allocation, groups, 'emptiest-first');
  for (const group of groups) {
    let missing_Ah = 0;
    for (const index of group.members) missing_Ah += allocation.departures.missing_Ah[index]!;
    group.ceiling_A = Infinity;
    group.pace = Math.max(1, missing_Ah);
  }
  sweep(allocation, groups, 'together');
}

/** The admitted cars by the slots they load, each at its minimum. */
function groupCars(allocation: Allocation): readonly PhaseGroup[] {
  const { site, minimum_A, maximum_A, slots, growing, current_A } = allocation;
  const byMask: (PhaseGroup | undefined)[] = Array.from({ length: masks });
  const groups: PhaseGroup[] = [];
  for (let index = 0; index < site.connectorCount; index++) {
    growing[index] = 0;
    if (allocation.outcome[index] !== outcome.limited) continue;
    const mask = slots[index]!;
    let group = byMask[mask];
    if (!group) {
      group = { mask, members: [], sum_A: 0, ceiling_A: 0, pace: 1, level: 0, rising: 0 };
      byMask[mask] = group;
      groups.push(group);
    }
    group.sum_A += current_A[index]!;
    if (maximum_A[index]! - minimum_A[index]! <= tolerance_A) {
      allocation.outcome[index] = outcome.atMaximum;
      continue;
    }
    growing[index] = 1;
    group.members.push(index);
  }
  return groups;
}

const fromLevel = (allocation: Allocation, index: number): number =>
  allocation.minimum_A[index]! / allocation.weight[index]! + allocation.departures.offset_A[index]!;

const toLevel = (allocation: Allocation, index: number): number =>
  allocation.maximum_A[index]! / allocation.weight[index]! + allocation.departures.offset_A[index]!;

/** Raises the groups up to their ceilings, from one event to the next. */
function sweep(
  allocation: Allocation,
  groups: readonly PhaseGroup[],
  manner: 'emptiest-first' | 'together',
): void {
  // Each round ends a car's growth, starts one, or brings a group to its ceiling or level with another. Were a round ever to
  // do nothing of that, the cars would keep what they have: too little is safe, an allocator that hangs is not.
  const rounds = roundsPerCar * (allocation.site.connectorCount + groups.length);
  for (let round = 0; round < rounds; round++) {
    const open = groups.filter((group) => mayGrow(allocation, group));
    if (open.length === 0) return;
    const lowest_A = Math.min(...open.map((group) => group.sum_A));
    const growing =
      manner === 'together' ? open : open.filter((group) => group.sum_A <= lowest_A + tolerance_A);
    let distance = Infinity;
    for (const group of growing) {
      const ofLevel = (nextLevel(allocation, group) - group.level) * (group.rising / group.pace);
      distance = Math.min(distance, ofLevel, (group.ceiling_A - group.sum_A) / group.pace);
    }
    if (manner === 'emptiest-first')
      for (const group of open)
        if (!growing.includes(group)) distance = Math.min(distance, group.sum_A - lowest_A);
    setSlopes(allocation, growing);
    const untilFull = levelUntilFull(allocation);
    distance = Math.max(0, Math.min(distance, untilFull));
    advance(allocation, growing, distance);
    if (untilFull <= distance) stopOnFullLines(allocation, groups);
  }
}

/** True when the group is below its ceiling and some member can rise; brings the level to the next member's start if none does. */
function mayGrow(allocation: Allocation, group: PhaseGroup): boolean {
  if (group.ceiling_A - group.sum_A <= tolerance_A) return false;
  for (;;) {
    let next = Infinity;
    group.rising = 0;
    for (const index of group.members) {
      if (allocation.growing[index] === 0) continue;
      if (fromLevel(allocation, index) > group.level) next = Math.min(next, fromLevel(allocation, index));
      else if (toLevel(allocation, index) <= group.level + 1e-9) end(allocation, index);
      else group.rising += allocation.weight[index]!;
    }
    if (group.rising > 0) return true;
    if (next === Infinity) return false;
    group.level = next;
  }
}

function end(allocation: Allocation, index: number): void {
  const { current_A, maximum_A, site, sums_A, slots } = allocation;
  allocation.growing[index] = 0;
  addLoad(site, sums_A, index, slots[index]!, maximum_A[index]! - current_A[index]!);
  current_A[index] = maximum_A[index]!;
  allocation.outcome[index] = outcome.atMaximum;
}

/** The level at which the next member starts or ends. */
function nextLevel(allocation: Allocation, group: PhaseGroup): number {
  let next = Infinity;
  for (const index of group.members) {
    if (allocation.growing[index] === 0) continue;
    const from = fromLevel(allocation, index);
    next = Math.min(next, from > group.level ? from : toLevel(allocation, index));
  }
  return next;
}

const isRising = (allocation: Allocation, group: PhaseGroup, index: number): boolean =>
  allocation.growing[index] === 1 && fromLevel(allocation, index) <= group.level;

function setSlopes(allocation: Allocation, growing: readonly PhaseGroup[]): void {
  const { slopes, site, weight } = allocation;
  slopes.fill(0);
  for (const group of growing)
    for (const index of group.members)
      if (isRising(allocation, group, index))
        addLoad(site, slopes, index, group.mask, (weight[index]! * group.pace) / group.rising);
}

function advance(allocation: Allocation, growing: readonly PhaseGroup[], distance: number): void {
  const { sums_A, slopes, current_A, weight } = allocation;
  for (let cell = 0; cell < sums_A.length; cell++) sums_A[cell]! += slopes[cell]! * distance;
  for (const group of growing) {
    const rise = (distance * group.pace) / group.rising;
    for (const index of group.members)
      if (isRising(allocation, group, index)) current_A[index]! += weight[index]! * rise;
    group.level += rise;
    group.sum_A += distance * group.pace;
  }
}

/** Ends the growth of every car that would overload what is full now; that is its reason. */
function stopOnFullLines(allocation: Allocation, groups: readonly PhaseGroup[]): void {
  for (const group of groups)
    for (const index of group.members) {
      if (allocation.growing[index] === 0) continue;
      const full = fullOnTheWay(allocation, index, group.mask);
      if (full < 0) continue;
      allocation.growing[index] = 0;
      allocation.constraint[index] = full;
    }
}

function fullOnTheWay(allocation: Allocation, index: number, mask: number): number {
  const { site } = allocation;
  const { fullAt } = allocation.fill;
  const lines = linesOfMask(mask);
  for (let at = site.pathStart[index]!; at < site.pathStart[index + 1]!; at++) {
    const node = site.path[at]!;
    for (let line = 0; line < 3; line++)
      if (lines & (1 << line) && fullAt[node * 3 + line] === 0) return node * 3 + line;
    for (let number = 0; number < site.transformers.length; number++) {
      if (site.transformers[number]!.node !== node) continue;
      for (let line = 0; line < 3; line++) {
        const constraint = primaryConstraint(site, number, line);
        if (fullAt[constraint] === 0 && raisesPrimary(allocation, number, line, mask)) return constraint;
      }
    }
  }
  return -1;
}

/** True when more current on the slots of `mask` means more on the primary line: not every load does. */
function raisesPrimary(allocation: Allocation, number: number, line: number, mask: number): boolean {
  const { site, sums_A } = allocation;
  const { node, ratio } = site.transformers[number]!;
  const add = (current_A: number): void => {
    for (let slot = 0; slot < slotsPerNode; slot++)
      if (mask & (1 << slot)) sums_A[node * slotsPerNode + slot]! += current_A;
  };
  const before_A = primaryCurrent_A(sums_A, node, line, ratio);
  add(probe_A);
  const after_A = primaryCurrent_A(sums_A, node, line, ratio);
  add(-probe_A);
  return after_A > before_A + 1e-9;
}
