import { describe, expect, it } from '@jest/globals';
import { compiled, single, siteTopology, threePhase } from '#libs/testing/site-builder.js';
import { allocate } from './allocate.js';
import { createAllocation } from './allocation.js';
import { ceilToStep, floorToStep } from './quantise.js';

/** What cars on L1 get of `room_A`, each with its maximum. */
const shares = (room_A: number, maxima_A: readonly number[], rotation: number, step_A = 1): number[] => {
  const chargers = maxima_A.map((maximum_A) => ({ wiring: single('L1'), maximum_A }));
  const allocation = createAllocation(compiled(siteTopology({ fuse_A: 100, step_A, chargers })));
  allocation.wants.fill(1);
  allocation.capacity_A.fill(room_A);
  allocate(allocation, rotation);
  return Array.from(allocation.current_A);
};

describe('whole steps', () => {
  it('I4: what rounding frees goes step by step to those that were cut, beginning at the rotation', () => {
    expect(shares(26, [32, 32, 32], 0)).toEqual([9, 9, 8]);
    expect(shares(26, [32, 32, 32], 1)).toEqual([8, 9, 9]);
    expect(shares(26, [32, 32, 32], 2)).toEqual([9, 8, 9]);
    expect(shares(25, [32, 32, 32], 2)).toEqual([8, 8, 9]);
    expect(shares(24, [32, 32, 32], 1)).toEqual([8, 8, 8]);
  });

  it('I1: the line stays within its room, I2: nobody gets more than his maximum, on steps of any size', () => {
    expect(shares(20.9, [32, 32], 0)).toEqual([10, 10]);
    expect(shares(21.9, [32, 32], 0)).toEqual([11, 10]);
    expect(shares(26, [8, 32, 32], 0)).toEqual([8, 9, 9]);
    expect(shares(26, [8.5, 32, 32], 0)).toEqual([8, 9, 9]);
    expect(shares(20.2, [32, 32, 32], 1, 0.5)).toEqual([6.5, 7, 6.5]);
    expect(shares(20, [32, 32, 32], 2, 0.1)).toEqual([6.7, 6.6, 6.7]);
  });

  it('I2: no step beyond a maximum between two steps, though there is room; a car may have several instead', () => {
    // All stop at 8.4 A, cut to 8 A: one or two steps are left.
    expect(shares(25.2, [8.5, 8.5, 8.5], 0)).toEqual([8, 8, 8]);
    expect(shares(42, [8.5, 8.5, 8.5, 8.5, 32], 0)).toEqual([8, 8, 8, 8, 10]);
  });

  it('I1: no step into another line of the car that is full, though the one that stopped it has room again', () => {
    const chargers = [
      { wiring: threePhase },
      { wiring: single('L2') },
      { wiring: single('L2') },
      { wiring: single('L1'), maximum_A: 10 },
    ];
    const allocation = createAllocation(compiled(siteTopology({ fuse_A: 100, chargers })));
    allocation.wants.fill(1);
    // Three share 26 A of L2 and are cut to 8 A; L1 carries 18 A of its 18.8 A then.
    allocation.capacity_A.set([18.8, 26, 100]);
    allocate(allocation, 0);
    expect(Array.from(allocation.current_A)).toEqual([8, 9, 9, 10]);
  });

  it('I4: up to the maximum itself', () => {
    expect(shares(26, [9, 9, 9], 0)).toEqual([9, 9, 8]);
  });

  it('I2: the noise of a division costs no step, and a real remainder is cut', () => {
    expect([7.999_999_9, 7.999, 8].map((each) => floorToStep(each, 1))).toEqual([8, 7, 8]);
    expect([6.299_999_999, 6.25, 0.3].map((each) => floorToStep(each, 0.1))).toEqual([6.3, 6.2, 0.3]);
    expect([12.4, 12.5].map((each) => floorToStep(each, 0.5))).toEqual([12, 12.5]);
  });

  it('I9: what a car needs is rounded up, and the noise of a sum costs no step', () => {
    expect([14, 14.000_000_1, 14.01, 14.5].map((each) => ceilToStep(each, 1))).toEqual([14, 14, 15, 15]);
    expect([14.3, 14.300_000_000_1, 14.31, 0.1 + 0.2].map((each) => ceilToStep(each, 0.1))).toEqual([
      14.3, 14.3, 14.4, 0.3,
    ]);
  });
});
