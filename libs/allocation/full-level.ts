import type { Allocation } from './allocation.js';
import { slotsPerNode } from './compile.js';

/** Slopes below this are what rounding leaves of cars that have stopped. */
const noSlope = 1e-12;

/**
 * How far the slopes may be followed from the present sums until the first (node, line) is full. Leaves 0 in `fullAt` for
 * the lines that are full there, so that the distance and they are of one computation, and Infinity for the others.
 */
export function levelUntilFull(allocation: Allocation): number {
  const { fullAt } = allocation.fill;
  let lowest = Infinity;
  for (let line = 0; line < fullAt.length; line++) {
    const own = Math.max(0, fullLevelOf(allocation, line));
    fullAt[line] = own;
    if (own < lowest) lowest = own;
  }
  for (let line = 0; line < fullAt.length; line++) fullAt[line] = fullAt[line]! <= lowest ? 0 : Infinity;
  return lowest;
}

/** `line` is 3 * node + line. */
function fullLevelOf(allocation: Allocation, line: number): number {
  const { sums_A, slopes, capacity_A } = allocation;
  const node = (line / 3) | 0;
  const own = line - node * 3;
  const straight = node * slotsPerNode + own;
  const here = straight + 3;
  const previous = own === 0 ? straight + 5 : straight + 2;
  return fullLevel(
    capacity_A[line]! - sums_A[straight]!,
    steep(slopes[straight]!),
    sums_A[here]!,
    steep(slopes[here]!),
    sums_A[previous]!,
    steep(slopes[previous]!),
  );
}
const steep = (slope: number): number => (slope > noSlope ? slope : 0);

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
  if (c2 === 0) return straightSlope > 0 ? (room - Math.sqrt(c0)) / straightSlope : Infinity;
  const c1 = 2 * a0 * a1 + 2 * b0 * b1 + a0 * b1 + a1 * b0;
  const qa = c2 - straightSlope * straightSlope;
  const qb = c1 + 2 * room * straightSlope;
  const qc = c0 - room * room;
  if (Math.abs(qa) < 1e-12) return Math.max(0, -qc / qb);
  const root = Math.sqrt(Math.max(0, qb * qb - 4 * qa * qc));
  return Math.max(0, (2 * -qc) / (qb + root));
}
