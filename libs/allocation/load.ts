import { slotsPerNode, type CompiledSite } from './compile.js';

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
  const end = site.pathStart[index + 1]!;
  for (let at = site.pathStart[index]!; at < end; at++) {
    const base = site.path[at]! * slotsPerNode;
    for (let slot = 0; slot < slotsPerNode; slot++) if (mask & (1 << slot)) sums_A[base + slot]! += current_A;
  }
}

/**
 * Current on one line of one node. Loads against neutral add up arithmetically (worst case); loads between lines add as
 * phasors 120 degrees apart: |I_L1|^2 = ab^2 + ca^2 + ab * ca.
 */
export function lineCurrent_A(sums_A: Float64Array, node: number, line: number): number {
  const base = node * slotsPerNode;
  const here = sums_A[base + 3 + line]!;
  const previous = sums_A[base + 3 + ((line + 2) % 3)]!;
  const straight = sums_A[base + line]!;
  if (here === 0) return straight + previous;
  if (previous === 0) return straight + here;
  return straight + Math.sqrt(here * here + previous * previous + here * previous);
}

/** The first overloaded (node, line) on a connector's way to the grid, as 3 * node + line; -1 when all hold. */
export function firstOverload(
  site: CompiledSite,
  sums_A: Float64Array,
  capacity_A: Float64Array,
  index: number,
  mask: number,
): number {
  const lines = linesOfMask(mask);
  const end = site.pathStart[index + 1]!;
  for (let at = site.pathStart[index]!; at < end; at++) {
    const node = site.path[at]!;
    for (let line = 0; line < 3; line++) {
      if (!(lines & (1 << line))) continue;
      if (lineCurrent_A(sums_A, node, line) > capacity_A[node * 3 + line]! + tolerance_A)
        return node * 3 + line;
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
