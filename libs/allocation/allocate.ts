import { admit } from './admission.js';
import { admitPhases } from './admit-phases.js';
import type { Allocation } from './allocation.js';
import { fillPhases } from './fill-phases.js';
import { fill } from './fill.js';
import { quantise } from './quantise.js';

/**
 * One allocation: admission at the minimum, fill, quantisation. Reads and writes `allocation` in place; on sites whose
 * loads are all against neutral it allocates nothing. Pure: the same input arrays give the same output arrays.
 */
export function allocate(allocation: Allocation, rotation: number): void {
  share(allocation);
  quantise(allocation, rotation);
}

/** Admission and fill: currents that are exact, before they are cut down to the chargers' steps. */
export function share(allocation: Allocation): void {
  if (allocation.site.hasPairs) {
    admitPhases(allocation);
    fillPhases(allocation);
  } else {
    admit(allocation);
    fill(allocation);
  }
}
