import { describe, expect, it } from '@jest/globals';
import { between, compiled, siteTopology } from '#libs/testing/site-builder.js';
import { admitPhases } from './admit-phases.js';
import { createAllocation } from './allocation.js';

const pairs = ['L1-L2', 'L2-L3', 'L3-L1'] as const;

/** Which of the cars, of one pair of lines and one rank each, get their minimum of 6 A in the order of the list. */
const admitted = (room_A: number, cars: readonly (readonly [pair: 0 | 1 | 2, rank: number])[]): number[] => {
  const chargers = cars.map(([pair]) => ({ wiring: between(pairs[pair]) }));
  const allocation = createAllocation(compiled(siteTopology({ fuse_A: 200, chargers })));
  allocation.wants.fill(1);
  allocation.capacity_A.fill(room_A);
  cars.forEach(([, rank], index) => (allocation.orderClass[index] = rank));
  allocation.order.set(cars.map((_, index) => index).toReversed());
  admitPhases(allocation);
  return Array.from(allocation.current_A.keys()).filter((index) => allocation.current_A[index]! > 0);
};

describe('admission with loads between lines', () => {
  it('takes the next car from the lines that carry least, in the order given', () => {
    // 6 A on each of the three pairs make 10.4 A on every line: three of one pair would be 18 A on two of them.
    expect(
      admitted(11, [
        [0, 0],
        [0, 0],
        [1, 0],
        [2, 0],
        [2, 0],
      ]),
    ).toEqual([1, 2, 4]);
    expect(
      admitted(12, [
        [0, 0],
        [0, 0],
      ]),
    ).toEqual([0, 1]);
    expect(
      admitted(6, [
        [0, 0],
        [0, 0],
      ]),
    ).toEqual([1]);
  });

  it('I8: a car of a lower rank never takes the place of one of a higher, on whatever lines', () => {
    // The order runs from the last to the first.
    expect(
      admitted(12, [
        [1, 1],
        [0, 0],
        [0, 0],
      ]),
    ).toEqual([1, 2]);
    expect(
      admitted(11, [
        [1, 1],
        [0, 0],
        [0, 0],
      ]),
    ).toEqual([0, 2]);
  });

  it('counts what those of higher rank were given', () => {
    // L1-L2 carries one car already, so that L2-L3 comes before it although it stands behind it; one has no room at all.
    expect(
      admitted(11, [
        [1, 1],
        [0, 1],
        [0, 0],
      ]),
    ).toEqual([0, 2]);
    expect(
      admitted(5, [
        [1, 1],
        [0, 1],
        [0, 0],
      ]),
    ).toEqual([]);
  });

  it('I8: the lines that carry least come first although their car stands behind; of equal ones the first in the order', () => {
    // Two cars of L1-L2 would fit, 12 A on two lines; one of each makes 10.4 A and leaves no room for a third.
    expect(
      admitted(12, [
        [1, 0],
        [0, 0],
        [0, 0],
      ]),
    ).toEqual([0, 2]);
    expect(
      admitted(12, [
        [1, 1],
        [0, 1],
        [0, 0],
      ]),
    ).toEqual([0, 2]);
    expect(
      admitted(6, [
        [1, 0],
        [0, 0],
      ]),
    ).toEqual([1]);
  });

  it('does not depend on what an earlier allocation left behind', () => {
    const chargers = [0, 1, 0].map((pair) => ({ wiring: between(pairs[pair]!) }));
    const allocation = createAllocation(compiled(siteTopology({ fuse_A: 200, chargers })));
    allocation.wants.fill(1);
    allocation.capacity_A.fill(6);
    for (const left_A of [0, 6]) {
      allocation.current_A.fill(left_A);
      admitPhases(allocation);
      expect(Array.from(allocation.current_A)).toEqual([6, 0, 0]);
    }
  });

  it('I1: begins with what cannot be commanded', () => {
    const allocation = createAllocation(
      compiled(siteTopology({ fuse_A: 40, chargers: [{ wiring: between('L1-L2') }] })),
    );
    allocation.wants.fill(1);
    allocation.capacity_A.fill(10);
    allocation.sums_A.fill(99);
    allocation.fixed_A[0] = 4;
    admitPhases(allocation);
    expect(allocation.current_A[0]).toBe(6);
    allocation.fixed_A[0] = 5;
    admitPhases(allocation);
    expect(allocation.current_A[0]).toBe(0);
  });
});
