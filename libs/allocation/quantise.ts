import { outcome, type Allocation } from './allocation.js';
import { slotsPerNode } from './compile.js';
import { addLoad, firstWithoutRoom, tolerance_A } from './load.js';

/**
 * Step 7: every current down to the charger's step, then whole steps of what that freed to the cars that were cut,
 * beginning at `rotation` so that the same car is not always the last. Afterwards no car below its maximum could take
 * one more step (I4).
 */
export function quantise(allocation: Allocation, rotation: number): void {
  const { site, current_A, slots, sums_A, takers } = allocation;
  const step_A = site.topology.step_A;
  const n = site.connectorCount;
  let open = 0;
  for (let turn = 0; turn < n; turn++) {
    const index = turn + rotation < n ? turn + rotation : (turn + rotation) % n;
    const exact = current_A[index]!;
    if (exact === 0) continue;
    const floored = floorToStep(exact, step_A);
    if (floored !== exact) {
      addLoad(site, sums_A, index, slots[index]!, floored - exact);
      current_A[index] = floored;
    }
    if (allocation.outcome[index] === outcome.limited) takers[open++] = index;
  }
  // Room only shrinks from here on: who cannot take a step now cannot take one later.
  while (open > 0) open = giveSteps(allocation, open, step_A);
}

/** Asks first where the fill stopped the car: most often that line is still full. */
function isFull(allocation: Allocation, line: number, step_A: number): boolean {
  const { site, sums_A, capacity_A } = allocation;
  if (line < 0 || site.hasPairs) return false;
  const node = (line / 3) | 0;
  return sums_A[node * slotsPerNode + (line - node * 3)]! > capacity_A[line]! + tolerance_A - step_A;
}

/** Offers one step to each of the first `open` takers; answers how many of them, moved to the front, took it. */
function giveSteps(allocation: Allocation, open: number, step_A: number): number {
  const { site, current_A, maximum_A, slots, sums_A, capacity_A, takers } = allocation;
  let still = 0;
  for (let at = 0; at < open; at++) {
    const index = takers[at]!;
    if (current_A[index]! + step_A > maximum_A[index]! + tolerance_A) continue;
    if (isFull(allocation, allocation.constraint[index]!, step_A)) continue;
    const mask = slots[index]!;
    if (firstWithoutRoom(site, sums_A, capacity_A, index, mask, step_A) >= 0) continue;
    addLoad(site, sums_A, index, mask, step_A);
    current_A[index] = floorToStep(current_A[index]! + step_A, step_A);
    takers[still++] = index;
  }
  return still;
}

/** The largest multiple of the step not above the current; rounding noise of the fill does not cost a step. */
export function floorToStep(current_A: number, step_A: number): number {
  if (step_A === 1) return Math.floor(current_A + 1e-6);
  return Math.round(Math.floor(current_A / step_A + 1e-6) * step_A * 1e6) / 1e6;
}

/** The smallest multiple of the step not below the current; rounding noise does not cost a step. */
export function ceilToStep(current_A: number, step_A: number): number {
  const floored_A = floorToStep(current_A, step_A);
  return current_A - floored_A > tolerance_A ? floorToStep(floored_A + step_A, step_A) : floored_A;
}
