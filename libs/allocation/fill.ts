import { outcome, type Allocation } from './allocation.js';
import { slotsPerNode } from './compile.js';
import { addLoad, lineCurrent_A, linesOfMask, tolerance_A } from './load.js';

/**
 * Step 4: weighted max-min fill of the admitted cars, exact, by sweeping a common level upwards.
 * A car follows x = clamp(weight * level, minimum, maximum). When a (node, line) is full, the cars on it stop there and
 * it is their reason; a car at its maximum stops of itself. The sweep jumps from one such event to the next.
 */
export function fill(allocation: Allocation): void {
  const { site, current_A, minimum_A, maximum_A, weight, growing, slopes, slots } = allocation;
  const n = site.connectorCount;
  slopes.fill(0);
  // 0 fixed, 1 still at its minimum below the level, 2 rising with the level.
  let open = 0;
  for (let index = 0; index < n; index++) {
    growing[index] = 0;
    if (allocation.outcome[index] !== outcome.limited) continue;
    if (maximum_A[index]! - minimum_A[index]! <= tolerance_A) {
      allocation.outcome[index] = outcome.atMaximum;
      continue;
    }
    growing[index] = 1;
    open++;
  }
  let level = 0;
  while (open > 0) {
    const event = nextBreakpoint(allocation, level);
    const full = nextSaturation(allocation, level, event);
    const target = full.level;
    if (target > level) rise(allocation, level, target);
    level = target;
    if (full.constraint >= 0) {
      open -= stopAt(allocation, full.constraint);
      continue;
    }
    for (let index = 0; index < n; index++) {
      if (growing[index] === 1 && minimum_A[index]! / weight[index]! <= level + 1e-12) {
        growing[index] = 2;
        addLoad(site, slopes, index, slots[index]!, weight[index]!);
      }
      if (growing[index] === 2 && maximum_A[index]! / weight[index]! <= level + 1e-12) {
        current_A[index] = maximum_A[index]!;
        growing[index] = 0;
        allocation.outcome[index] = outcome.atMaximum;
        addLoad(site, slopes, index, slots[index]!, -weight[index]!);
        open--;
      }
    }
  }
}

/** The lowest level above `level` at which a car leaves its minimum or meets its maximum. */
function nextBreakpoint(allocation: Allocation, level: number): number {
  const { growing, minimum_A, maximum_A, weight } = allocation;
  let next = Infinity;
  for (let index = 0; index < growing.length; index++) {
    if (growing[index] === 0) continue;
    const bound = growing[index] === 1 ? minimum_A[index]! : maximum_A[index]!;
    next = Math.min(next, Math.max(level, bound / weight[index]!));
  }
  return next;
}

const saturation = { level: 0, constraint: -1 };

/** The first (node, line) that fills up on the way from `level` to `until`; constraint -1 when none does. */
function nextSaturation(
  allocation: Allocation,
  level: number,
  until: number,
): { level: number; constraint: number } {
  const { site, sums_A, slopes, capacity_A } = allocation;
  let best = until - level;
  saturation.constraint = -1;
  for (let node = 0; node < site.nodeCount; node++) {
    const base = node * slotsPerNode;
    for (let line = 0; line < 3; line++) {
      const here = base + 3 + line;
      const previous = base + 3 + ((line + 2) % 3);
      const straightSlope = slopes[base + line]!;
      if (straightSlope <= 1e-12 && slopes[here]! <= 1e-12 && slopes[previous]! <= 1e-12) continue;
      const slack = capacity_A[node * 3 + line]! - lineCurrent_A(sums_A, node, line);
      const room =
        slack <= tolerance_A
          ? 0
          : riseUntilFull(
              capacity_A[node * 3 + line]! - sums_A[base + line]!,
              straightSlope,
              sums_A[here]!,
              slopes[here]!,
              sums_A[previous]!,
              slopes[previous]!,
            );
      if (room < best) {
        best = room;
        saturation.constraint = node * 3 + line;
      }
    }
  }
  saturation.level = level + best;
  return saturation;
}

/**
 * The rise h > 0 at which straightSlope * h + |pairs(h)| = room, where |pairs|^2 = a^2 + b^2 + a b with
 * a = a0 + a1 h and b = b0 + b1 h. Both sides are monotone, so the smallest root of the squared equation is the one.
 */
function riseUntilFull(
  room: number,
  straightSlope: number,
  a0: number,
  a1: number,
  b0: number,
  b1: number,
): number {
  const c2 = a1 * a1 + b1 * b1 + a1 * b1;
  const c0 = a0 * a0 + b0 * b0 + a0 * b0;
  if (c2 === 0) return straightSlope > 0 ? Math.max(0, (room - Math.sqrt(c0)) / straightSlope) : Infinity;
  const c1 = 2 * a0 * a1 + 2 * b0 * b1 + a0 * b1 + a1 * b0;
  const qa = c2 - straightSlope * straightSlope;
  const qb = c1 + 2 * room * straightSlope;
  const qc = c0 - room * room;
  if (Math.abs(qa) < 1e-12) return Math.max(0, -qc / qb);
  const root = Math.sqrt(Math.max(0, qb * qb - 4 * qa * qc));
  return Math.max(0, (2 * -qc) / (qb + root));
}

function rise(allocation: Allocation, from: number, to: number): void {
  const { current_A, growing, weight, sums_A, slopes } = allocation;
  for (let index = 0; index < growing.length; index++)
    if (growing[index] === 2) current_A[index] = weight[index]! * to;
  for (let slot = 0; slot < sums_A.length; slot++) sums_A[slot]! += slopes[slot]! * (to - from);
}

/** Ends the growth of every car that loads the full (node, line); answers how many stopped. */
function stopAt(allocation: Allocation, full: number): number {
  const { site, growing, slots, slopes, weight, constraint } = allocation;
  const node = Math.floor(full / 3);
  const line = 1 << (full % 3);
  let stopped = 0;
  for (let index = 0; index < growing.length; index++) {
    if (growing[index] === 0 || !(linesOfMask(slots[index]!) & line) || !passes(allocation, index, node))
      continue;
    if (growing[index] === 2) addLoad(site, slopes, index, slots[index]!, -weight[index]!);
    growing[index] = 0;
    constraint[index] = full;
    stopped++;
  }
  return stopped;
}

function passes(allocation: Allocation, index: number, node: number): boolean {
  const { path, pathStart } = allocation.site;
  for (let at = pathStart[index]!; at < pathStart[index + 1]!; at++) if (path[at] === node) return true;
  return false;
}
