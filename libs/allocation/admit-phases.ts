import { admitOne } from './admission.js';
import { outcome, type Allocation } from './allocation.js';

/**
 * Admission on sites with loads between lines, where the sum of all currents is largest when the pairs of lines carry the
 * same. Among cars of one rank (`orderClass`) the next is taken from the lines that carry least so far, in the order given;
 * a car of a lower rank never takes the place of one of a higher.
 */
export function admitPhases(allocation: Allocation): void {
  const { order, orderClass, sums_A } = allocation;
  sums_A.set(allocation.fixed_A);
  let from = 0;
  while (from < order.length) {
    const rank = orderClass[order[from]!]!;
    let to = from;
    while (to < order.length && orderClass[order[to]!] === rank) to++;
    admitRank(allocation, from, to);
    from = to;
  }
}

/** Admits the cars at places `from` .. `to` of the order. */
function admitRank(allocation: Allocation, from: number, to: number): void {
  const { order, slots, current_A } = allocation;
  const queues = new Map<number, number[]>();
  for (let at = from; at < to; at++) {
    const index = order[at]!;
    const queue = queues.get(slots[index]!);
    if (queue) queue.push(index);
    else queues.set(slots[index]!, [index]);
  }
  // What all cars on the same lines have been given so far, whatever their rank.
  const given_A = new Map<number, number>();
  for (let at = 0; at < from; at++) {
    const index = order[at]!;
    given_A.set(slots[index]!, (given_A.get(slots[index]!) ?? 0) + current_A[index]!);
  }
  while (queues.size > 0) {
    let mask = -1;
    for (const candidate of queues.keys())
      if (mask < 0 || (given_A.get(candidate) ?? 0) < (given_A.get(mask) ?? 0)) mask = candidate;
    const queue = queues.get(mask)!;
    const index = queue.shift()!;
    if (queue.length === 0) queues.delete(mask);
    admitOne(allocation, index);
    if (allocation.outcome[index] === outcome.limited)
      given_A.set(mask, (given_A.get(mask) ?? 0) + current_A[index]!);
  }
}
