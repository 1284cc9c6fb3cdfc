import { outcome, type Allocation } from './allocation.js';
import { addLoad, firstWithoutRoom } from './load.js';

/**
 * Step 3 of an allocation: in the given order each car gets its minimum if every fuse on its way holds, else nothing.
 * Greedy at the minimum is exactly optimal for that lexicographic order: a car never gives way to a later one.
 */
export function admit(allocation: Allocation): void {
  const { order } = allocation;
  allocation.sums_A.set(allocation.fixed_A);
  for (let at = 0; at < order.length; at++) admitOne(allocation, order[at]!);
}

/** Gives one car its minimum on top of all that was given before, or lets it wait for the line that is full. */
export function admitOne(allocation: Allocation, index: number): void {
  const { site, wants, slots, minimum_A, maximum_A, current_A, constraint, sums_A } = allocation;
  const capacity_A = allocation.held[index] ? allocation.heldCapacity_A : allocation.capacity_A;
  current_A[index] = 0;
  constraint[index] = -1;
  if (!wants[index] || maximum_A[index]! < minimum_A[index]!) {
    allocation.outcome[index] = outcome.idle;
    return;
  }
  const mask = slots[index]!;
  const full = firstWithoutRoom(site, sums_A, capacity_A, index, mask, minimum_A[index]!);
  if (full < 0) {
    addLoad(site, sums_A, index, mask, minimum_A[index]!);
    current_A[index] = minimum_A[index]!;
    allocation.outcome[index] = outcome.limited;
  } else {
    allocation.outcome[index] = outcome.waiting;
    constraint[index] = full;
  }
}
