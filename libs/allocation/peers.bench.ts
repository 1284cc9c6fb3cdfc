import { outcome, type Allocation } from './allocation.js';
import { addLoad, firstWithoutRoom } from './load.js';

/** Writes the current of every car into `result`. Written for the comparison, as plainly as the originals share current. */
export type Peer = (allocation: Allocation, result: Float64Array) => void;

/** Every car the same share of the tightest line: what a simple balancer does. Fast, safe, and leaves current unused. */
export const equalSplit: Peer = (allocation, result) => {
  let share_A = Infinity;
  const { topology, nodeIds } = allocation.site;
  for (let node = 0; node < nodeIds.length; node++) {
    let users = 0;
    for (let index = 0; index < result.length; index++)
      if (node === 0 || topology.connectors[index]!.nodeId === nodeIds[node])
        users += allocation.wants[index]!;
    for (let line = 0; line < 3; line++)
      share_A = Math.min(share_A, allocation.capacity_A[node * 3 + line]! / Math.max(1, users));
  }
  for (let index = 0; index < result.length; index++)
    result[index] = share_A >= 6 ? Math.min(share_A, allocation.maximum_A[index]!) : 0;
};

/** Each car in turn takes all that the fuses on its way still hold (evcc's circuits). */
export const sequentialGreedy: Peer = (allocation, result) => {
  const { site, sums_A, capacity_A, slots, maximum_A, minimum_A } = allocation;
  sums_A.fill(0);
  for (let index = 0; index < result.length; index++) {
    let low = 0;
    let high = Math.floor(maximum_A[index]!);
    const holds = (current_A: number): boolean =>
      firstWithoutRoom(site, sums_A, capacity_A, index, slots[index]!, current_A) < 0;
    if (holds(high)) low = high;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (holds(middle)) low = middle;
      else high = middle;
    }
    result[index] = low >= minimum_A[index]! ? low : 0;
    addLoad(site, sums_A, index, slots[index]!, result[index]!);
  }
};

const slice_A = 0.5;

/** Round after round every car buys another slice until none can be sold (EVerest's energy manager). */
export const sliceAuction: Peer = (allocation, result) => {
  const { site, sums_A, capacity_A, slots, maximum_A, minimum_A } = allocation;
  sums_A.fill(0);
  result.fill(0);
  const bid = (index: number, more_A: number): boolean => {
    if (result[index]! + more_A > maximum_A[index]!) return false;
    if (firstWithoutRoom(site, sums_A, capacity_A, index, slots[index]!, more_A) >= 0) return false;
    addLoad(site, sums_A, index, slots[index]!, more_A);
    result[index]! += more_A;
    return true;
  };
  for (let index = 0; index < result.length; index++) bid(index, minimum_A[index]!);
  for (let sold = true; sold;) {
    sold = false;
    for (let index = 0; index < result.length; index++)
      if (result[index]! > 0 && bid(index, slice_A)) sold = true;
  }
};

/** The fill's own answer, before it is cut down to whole steps. */
export const admittedOf = (allocation: Allocation): readonly number[] =>
  Array.from(allocation.outcome.keys()).filter((index) => allocation.outcome[index] === outcome.limited);
