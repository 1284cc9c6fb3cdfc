import { constraintCount, slotsPerNode, type CompiledSite } from './compile.js';
import { noDepartures, type Departures } from './departures.js';

/** What became of a connector in one allocation. */
export const outcome = { idle: 0, atMaximum: 1, limited: 2, waiting: 3 } as const;
export type Outcome = (typeof outcome)[keyof typeof outcome];

/** Input and output of one allocation, as arrays by connector index that are written in place and never reallocated. */
export interface Allocation {
  readonly site: CompiledSite;
  /** In: current available to cars per (node, line), then per (transformer, primary line), ampere; negative counts as 0. */
  readonly capacity_A: Float64Array;
  /** In: the same for the minimum of cars that charge already: what the fuses bear for a short time. */
  readonly heldCapacity_A: Float64Array;
  /** In: 1 for a car that charges already. */
  readonly held: Uint8Array;
  /** In: 1 when a car is there and may charge. */
  readonly wants: Uint8Array;
  /** In: accumulator slots the car loads, as bits (see `slotsPerNode`). */
  readonly slots: Uint8Array;
  readonly minimum_A: Float64Array;
  readonly maximum_A: Float64Array;
  readonly weight: Float64Array;
  /** In: what is known of departures; all zero when nothing is. */
  readonly departures: Departures;
  /** In: connectors in the order of admission; see `orderConnectors`. */
  readonly order: Int32Array;
  /** In: rank of a connector in that order; equals may change places for the sake of the phases. */
  readonly orderClass: Int32Array;
  /** In: load of connectors that cannot be commanded now, per (node, slot), ampere. */
  readonly fixed_A: Float64Array;
  /** Out: the current of each car, 0 or between minimum and maximum, on the step grid. */
  readonly current_A: Float64Array;
  readonly outcome: Uint8Array;
  /** Out: the full (node, line) as 3 * node + line that limits the car or keeps it waiting; -1 when none does. */
  readonly constraint: Int32Array;
  /** Scratch. */
  readonly sums_A: Float64Array;
  readonly slopes: Float64Array;
  readonly growing: Uint8Array;
  readonly fill: FillScratch;
  /** Connectors that may still be given a step by quantisation. */
  readonly takers: Int32Array;
}

/** What the fill keeps between calls only to save time: any content gives the same result. */
export interface FillScratch {
  /** Level at which a car leaves its minimum, and at which it meets its maximum. */
  readonly fromLevel: Float64Array;
  readonly toLevel: Float64Array;
  /** Connectors by `fromLevel`, by `toLevel`; equal ones by index. */
  readonly byFrom: Int32Array;
  readonly byTo: Int32Array;
  /** Per (node, line): the level at which it is full, and what that follows from: see `fill`. */
  readonly fullAt: Float64Array;
  readonly room_A: Float64Array;
  readonly slope: Float64Array;
}

export function createAllocation(site: CompiledSite): Allocation {
  const n = site.connectorCount;
  return {
    site,
    capacity_A: new Float64Array(constraintCount(site)),
    heldCapacity_A: new Float64Array(constraintCount(site)),
    held: new Uint8Array(n),
    wants: new Uint8Array(n),
    slots: Uint8Array.from(site.wiredSlots),
    minimum_A: Float64Array.from(site.topology.connectors, (connector) => connector.minimum_A),
    maximum_A: Float64Array.from(site.topology.connectors, (connector) => connector.maximum_A),
    weight: Float64Array.from(site.topology.connectors, (connector) => connector.weight),
    departures: noDepartures(n),
    order: Int32Array.from({ length: n }, (_, index) => index),
    orderClass: new Int32Array(n),
    fixed_A: new Float64Array(site.nodeCount * slotsPerNode),
    current_A: new Float64Array(n),
    outcome: new Uint8Array(n),
    constraint: new Int32Array(n).fill(-1),
    sums_A: new Float64Array(site.nodeCount * slotsPerNode),
    slopes: new Float64Array(site.nodeCount * slotsPerNode),
    growing: new Uint8Array(n),
    fill: {
      fromLevel: new Float64Array(n),
      toLevel: new Float64Array(n),
      byFrom: Int32Array.from({ length: n }, (_, index) => index),
      byTo: Int32Array.from({ length: n }, (_, index) => index),
      fullAt: new Float64Array(constraintCount(site)),
      room_A: new Float64Array(site.nodeCount * 3),
      slope: new Float64Array(site.nodeCount * 3),
    },
    takers: new Int32Array(n),
  };
}
