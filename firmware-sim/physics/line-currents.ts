import type { Wiring } from '#libs/allocation/topology.js';
import { phaseIndex, type PerPhase } from '#libs/units/phases.js';

/** What flows through a place of the site: loads against neutral per line, and loads between two lines per pair. */
export interface Flow {
  /** L1, L2, L3 against neutral, ampere. */
  readonly neutral_A: [number, number, number];
  /** L1-L2, L2-L3, L3-L1, ampere. */
  readonly between_A: [number, number, number];
}

export const noFlow = (): Flow => ({ neutral_A: [0, 0, 0], between_A: [0, 0, 0] });

const pairIndex = { 'L1-L2': 0, 'L2-L3': 1, 'L3-L1': 2 } as const;

/** Adds a car that draws `current_A` on each of its first `phases` terminals through `wiring`. */
export function addCar(flow: Flow, wiring: Wiring, current_A: number, phases: number): void {
  switch (wiring.kind) {
    case 'three-phase':
      wiring.rotation.slice(0, phases).forEach((line) => (flow.neutral_A[phaseIndex(line)] += current_A));
      return;
    case 'single-phase':
      flow.neutral_A[phaseIndex(wiring.phase)] += current_A;
      return;
    case 'line-to-line':
      flow.between_A[pairIndex[wiring.lines]] += current_A;
  }
}

export function addFlow(into: Flow, flow: Flow): void {
  for (const index of [0, 1, 2] as const) {
    into.neutral_A[index] += flow.neutral_A[index];
    into.between_A[index] += flow.between_A[index];
  }
}

/** Magnitude of a line that carries the currents of two pairs whose phasors are 120 degrees apart. */
export const deltaLine_A = (one_A: number, other_A: number): number =>
  Math.sqrt(one_A * one_A + other_A * other_A + one_A * other_A);

/**
 * True current per line. Loads between lines add as phasors; loads against neutral are added to that arithmetically,
 * which is the worst case and exact when a site has only one of the two kinds.
 */
export function lineCurrents_A(flow: Flow): PerPhase {
  const [ab, bc, ca] = flow.between_A;
  const [l1, l2, l3] = flow.neutral_A;
  return [l1 + deltaLine_A(ab, ca), l2 + deltaLine_A(bc, ab), l3 + deltaLine_A(ca, bc)];
}
