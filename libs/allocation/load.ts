import { primaryConstraint, slotsPerNode, type CompiledSite } from './compile.js';

/** Slack below this is rounding, not capacity, ampere. */
export const tolerance_A = 1e-6;

/** Adds `current_A` of connector `index` on the slots of `mask` to every node from the connector to the grid. */
export function addLoad(
  site: CompiledSite,
  sums_A: Float64Array,
  index: number,
  mask: number,
  current_A: number,
): void {
  const { start, accumulatorAndBit } = site.loads;
  const end = start[index + 1]!;
  for (let at = start[index]!; at < end; at++) {
    const load = accumulatorAndBit[at]!;
    if (load & mask) sums_A[load >> slotsPerNode]! += current_A;
  }
}

/**
 * Current on one line of one node. Loads against neutral add up arithmetically (worst case); loads between lines add as
 * phasors 120 degrees apart: |I_L1|^2 = ab^2 + ca^2 + ab * ca.
 */
export function lineCurrent_A(sums_A: Float64Array, node: number, line: number): number {
  const base = node * slotsPerNode;
  const here = sums_A[base + 3 + line]!;
  const previous = sums_A[base + 3 + (line === 0 ? 2 : line - 1)]!;
  const straight = sums_A[base + line]!;
  if (here === 0) return straight + previous;
  if (previous === 0) return straight + here;
  return straight + Math.sqrt(here * here + previous * previous + here * previous);
}

/**
 * |x + y - 2 d|^2 for three phasors of these lengths, 120 degrees apart: what flows in a primary line of a delta-wye
 * transformer, of which `d` loads both secondary lines it differs in, and x and y one each.
 */
export const primarySquare = (x: number, y: number, d: number): number =>
  x * x + y * y + 4 * d * d - x * y + 2 * y * d + 2 * d * x;

/**
 * Current on one primary line of the transformer that feeds `node`, ampere: (I_line - I_previous) / ratio. Loads that may
 * be smaller than they are counted could lay bare a larger sum: the largest over all smaller loads is answered, so that it
 * never falls when a load grows. Loads against neutral add up arithmetically.
 */
export function primaryCurrent_A(sums_A: Float64Array, node: number, line: number, ratio: number): number {
  const base = node * slotsPerNode;
  const previous = (line + 2) % 3;
  const x = sums_A[base + 3 + line]!;
  const y = sums_A[base + 3 + ((line + 1) % 3)]!;
  const both = sums_A[base + 3 + previous]!;
  const straight = sums_A[base + line]! + sums_A[base + previous]!;
  const square = primarySquare(y > x + 2 * both ? 0 : x, x > y + 2 * both ? 0 : y, both);
  return (straight + Math.sqrt(square)) / ratio;
}

/** The first overloaded (node, line) on a connector's way to the grid, as 3 * node + line; -1 when all hold. */
export function firstOverload(
  site: CompiledSite,
  sums_A: Float64Array,
  capacity_A: Float64Array,
  index: number,
  mask: number,
): number {
  return firstWithoutRoom(site, sums_A, capacity_A, index, mask, 0);
}

/**
 * The first (node, line) on a connector's way to the grid that `more_A` on the slots of `mask` would overload, as
 * 3 * node + line, or a primary line; -1 when there is room on all of them.
 */
export function firstWithoutRoom(
  site: CompiledSite,
  sums_A: Float64Array,
  capacity_A: Float64Array,
  index: number,
  mask: number,
  more_A: number,
): number {
  if (site.hasPairs) return firstWithoutRoomAmongPairs(site, sums_A, capacity_A, index, mask, more_A);
  const { start, accumulatorAndBit, constraint } = site.loads;
  const end = start[index + 1]!;
  const limit_A = tolerance_A - more_A;
  for (let at = start[index]!; at < end; at++) {
    const load = accumulatorAndBit[at]!;
    if ((load & mask) === 0) continue;
    const line = constraint[at]!;
    if (sums_A[load >> slotsPerNode]! > capacity_A[line]! + limit_A) return line;
  }
  return -1;
}

function firstWithoutRoomAmongPairs(
  site: CompiledSite,
  sums_A: Float64Array,
  capacity_A: Float64Array,
  index: number,
  mask: number,
  more_A: number,
): number {
  const lines = linesOfMask(mask);
  addLoad(site, sums_A, index, mask, more_A);
  const end = site.pathStart[index + 1]!;
  let full = -1;
  for (let at = site.pathStart[index]!; at < end && full < 0; at++) {
    const node = site.path[at]!;
    for (let line = 0; line < 3 && full < 0; line++) {
      if (!(lines & (1 << line))) continue;
      if (lineCurrent_A(sums_A, node, line) > capacity_A[node * 3 + line]! + tolerance_A)
        full = node * 3 + line;
    }
    if (full < 0 && site.transformers.length > 0) full = fullPrimary(site, sums_A, capacity_A, node);
  }
  addLoad(site, sums_A, index, mask, -more_A);
  return full;
}

/** The first overloaded primary line of a transformer that feeds `node`; -1 when there is none. */
function fullPrimary(
  site: CompiledSite,
  sums_A: Float64Array,
  capacity_A: Float64Array,
  node: number,
): number {
  for (let number = 0; number < site.transformers.length; number++) {
    const transformer = site.transformers[number]!;
    if (transformer.node !== node) continue;
    for (let line = 0; line < 3; line++) {
      const at = primaryConstraint(site, number, line);
      if (primaryCurrent_A(sums_A, node, line, transformer.ratio) > capacity_A[at]! + tolerance_A) return at;
    }
  }
  return -1;
}

/** Lines (bits 0-2) that carry current when the slots of `mask` are loaded. */
export function linesOfMask(mask: number): number {
  let lines = mask & 0b111;
  if (mask & 0b001000) lines |= 0b011;
  if (mask & 0b010000) lines |= 0b110;
  if (mask & 0b100000) lines |= 0b101;
  return lines;
}
