import type { Allocation } from './allocation.js';
import { primaryConstraint, slotsPerNode } from './compile.js';
import { primarySquare } from './load.js';

/** Slopes below this are what rounding leaves of cars that have stopped. */
const noSlope = 1e-12;

/**
 * How far the slopes may be followed from the present sums until the first line of a node or of a transformer's primary is
 * full. Leaves 0 in `fullAt` for those that are full there, so that the distance and they are of one computation, and
 * Infinity for the others.
 */
export function levelUntilFull(allocation: Allocation): number {
  const { site } = allocation;
  const { fullAt } = allocation.fill;
  for (let node = 0; node < site.nodeCount; node++)
    for (let line = 0; line < 3; line++)
      fullAt[node * 3 + line] = Math.max(0, lineLevel(allocation, node, line));
  for (let number = 0; number < site.transformers.length; number++)
    for (let line = 0; line < 3; line++)
      fullAt[primaryConstraint(site, number, line)] = Math.max(0, primaryLevel(allocation, number, line));
  let lowest = Infinity;
  for (let at = 0; at < fullAt.length; at++) if (fullAt[at]! < lowest) lowest = fullAt[at]!;
  for (let at = 0; at < fullAt.length; at++) fullAt[at] = fullAt[at]! <= lowest ? 0 : Infinity;
  return lowest;
}

const steep = (slope: number): number => (slope > noSlope ? slope : 0);

/** |a + b|^2 of two phasors 60 degrees apart: what two pairs of lines put on the line they share. */
const lineSquare = (a: number, b: number): number => a * a + b * b + a * b;

function lineLevel(allocation: Allocation, node: number, line: number): number {
  const { sums_A, slopes, capacity_A } = allocation;
  const straight = node * slotsPerNode + line;
  const here = straight + 3;
  const previous = line === 0 ? straight + 5 : straight + 2;
  const [a0, b0] = [sums_A[here]!, sums_A[previous]!];
  const [a1, b1] = [steep(slopes[here]!), steep(slopes[previous]!)];
  return fullLevel(
    capacity_A[node * 3 + line]! - sums_A[straight]!,
    steep(slopes[straight]!),
    lineSquare(a1, b1),
    lineSquare(a0 + a1, b0 + b1),
    lineSquare(a0, b0),
  );
}

/** The first of the three shapes that `primaryCurrent_A` takes the largest of to be full. */
function primaryLevel(allocation: Allocation, number: number, line: number): number {
  const { site, sums_A, slopes, capacity_A } = allocation;
  const { node, ratio } = site.transformers[number]!;
  const base = node * slotsPerNode;
  const previous = (line + 2) % 3;
  const [x, y, both] = [base + 3 + line, base + 3 + ((line + 1) % 3), base + 3 + previous];
  const room_A =
    capacity_A[primaryConstraint(site, number, line)]! * ratio -
    sums_A[base + line]! -
    sums_A[base + previous]!;
  const straightSlope = steep(slopes[base + line]!) + steep(slopes[base + previous]!);
  const level = (withX: 0 | 1, withY: 0 | 1): number => {
    const at = (h: number): number => {
      const value = (cell: number): number => sums_A[cell]! + steep(slopes[cell]!) * h;
      return primarySquare(withX * value(x), withY * value(y), value(both));
    };
    const slope = primarySquare(withX * steep(slopes[x]!), withY * steep(slopes[y]!), steep(slopes[both]!));
    return fullLevel(room_A, straightSlope, slope, at(1), at(0));
  };
  return Math.min(level(1, 1), level(1, 0), level(0, 1));
}

/**
 * The level h at which straightSlope * h + sqrt(q(h)) = room, for a quadratic q that is known by the factor of h^2 and by
 * its values at 1 and 0. Both sides are monotone, so the smallest root of the squared equation is the one.
 */
function fullLevel(
  room: number,
  straightSlope: number,
  factor: number,
  atOne: number,
  atZero: number,
): number {
  if (factor === 0) return straightSlope > 0 ? (room - Math.sqrt(atZero)) / straightSlope : Infinity;
  const linear = atOne - atZero - factor;
  const qa = factor - straightSlope * straightSlope;
  const qb = linear + 2 * room * straightSlope;
  const qc = atZero - room * room;
  if (Math.abs(qa) < 1e-12) return Math.max(0, -qc / qb);
  const root = Math.sqrt(Math.max(0, qb * qb - 4 * qa * qc));
  return Math.max(0, (2 * -qc) / (qb + root));
}
