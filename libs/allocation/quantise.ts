import { outcome, type Allocation } from './allocation.js';
import { addLoad, firstOverload, tolerance_A } from './load.js';

/**
 * Step 7: every current down to the charger's step, then whole steps of what that freed to the cars that were cut,
 * beginning at `rotation` so that the same car is not always the last. Afterwards no car below its maximum could take
 * one more step (I4).
 */
export function quantise(allocation: Allocation, rotation: number): void {
  const { site, current_A, maximum_A, slots, sums_A, capacity_A } = allocation;
  const step_A = site.topology.step_A;
  const n = site.connectorCount;
  for (let index = 0; index < n; index++) {
    const exact = current_A[index]!;
    if (exact === 0) continue;
    const floored = floorToStep(exact, step_A);
    addLoad(site, sums_A, index, slots[index]!, floored - exact);
    current_A[index] = floored;
  }
  for (let given = true; given;) {
    given = false;
    for (let turn = 0; turn < n; turn++) {
      const index = (turn + rotation) % n;
      if (allocation.outcome[index] !== outcome.limited) continue;
      if (current_A[index]! + step_A > maximum_A[index]! + tolerance_A) continue;
      addLoad(site, sums_A, index, slots[index]!, step_A);
      if (firstOverload(site, sums_A, capacity_A, index, slots[index]!) >= 0) {
        addLoad(site, sums_A, index, slots[index]!, -step_A);
        continue;
      }
      current_A[index] = floorToStep(current_A[index]! + step_A, step_A);
      given = true;
    }
  }
}

/** The largest multiple of the step not above the current; rounding noise of the fill does not cost a step. */
export function floorToStep(current_A: number, step_A: number): number {
  return Math.round(Math.floor(current_A / step_A + 1e-6) * step_A * 1e6) / 1e6;
}
