import type { Allocation } from './allocation.js';
import { slotsPerNode } from './compile.js';

/** The lowest level at which some (node, line) is full. */
export function nextFull(allocation: Allocation): number {
  const { fullAt } = allocation.fill;
  let lowest = Infinity;
  for (let line = 0; line < fullAt.length; line++) if (fullAt[line]! < lowest) lowest = fullAt[line]!;
  return lowest;
}

/** Brings `fullAt` up to date for every (node, line) on which cars have started or stopped to rise. */
export function refreshStale(allocation: Allocation): void {
  const { sums_A, slopes, capacity_A, site } = allocation;
  const { fullAt, rising, stale } = allocation.fill;
  for (let line = 0; line < fullAt.length; line++) {
    if (!stale[line]) continue;
    stale[line] = 0;
    if (rising[line] === 0) {
      fullAt[line] = Infinity;
      continue;
    }
    const node = (line / 3) | 0;
    const straight = node * slotsPerNode + (line - node * 3);
    if (!site.hasPairs) {
      fullAt[line] = (capacity_A[line]! - sums_A[straight]!) / slopes[straight]!;
      continue;
    }
    const here = straight + 3;
    const previous = line % 3 === 0 ? straight + 5 : straight + 2;
    fullAt[line] = fullLevel(
      capacity_A[line]! - sums_A[straight]!,
      Math.max(0, slopes[straight]!),
      sums_A[here]!,
      Math.max(0, slopes[here]!),
      sums_A[previous]!,
      Math.max(0, slopes[previous]!),
    );
  }
}

/**
 * The level h at which straightSlope * h + |pairs(h)| = room, where |pairs|^2 = a^2 + b^2 + a b with
 * a = a0 + a1 h and b = b0 + b1 h. Both sides are monotone, so the smallest root of the squared equation is the one.
 */
function fullLevel(
  room: number,
  straightSlope: number,
  a0: number,
  a1: number,
  b0: number,
  b1: number,
): number {
  const c2 = a1 * a1 + b1 * b1 + a1 * b1;
  const c0 = a0 * a0 + b0 * b0 + a0 * b0;
  if (c2 < 1e-18) return straightSlope > 0 ? (room - Math.sqrt(c0)) / straightSlope : Infinity;
  const c1 = 2 * a0 * a1 + 2 * b0 * b1 + a0 * b1 + a1 * b0;
  const qa = c2 - straightSlope * straightSlope;
  const qb = c1 + 2 * room * straightSlope;
  const qc = c0 - room * room;
  if (Math.abs(qa) < 1e-12) return Math.max(0, -qc / qb);
  const root = Math.sqrt(Math.max(0, qb * qb - 4 * qa * qc));
  return Math.max(0, (2 * -qc) / (qb + root));
}
