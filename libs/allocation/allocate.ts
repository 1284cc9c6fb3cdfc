import { admit } from './admission.js';
import { admitPhases } from './admit-phases.js';
import type { Allocation } from './allocation.js';
import { fillPhases } from './fill-phases.js';
import { fill } from './fill.js';
import { quantise } from './quantise.js';

/**
 * One allocation: admission at the minimum, weighted max-min fill, quantisation. Reads and writes `allocation` in place,
 * allocates nothing. Pure: the same input arrays give the same output arrays.
 */
export function allocate(allocation: Allocation, rotation: number): void {
  if (allocation.site.hasPairs) {
    admitPhases(allocation);
    fillPhases(allocation);
  } else {
    admit(allocation);
    fill(allocation);
  }
  quantise(allocation, rotation);
}
