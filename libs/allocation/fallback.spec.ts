import { describe, expect, it } from '@jest/globals';
import { compiled, single, siteTopology } from '#libs/testing/site-builder.js';
import { fallbackCurrents_A } from './fallback.js';

const garage = { nodeId: 'garage', parentId: 'grid', name: 'garage', meterDeviceId: null } as const;
const onL1 = { wiring: single('L1') } as const;
const onL3 = { wiring: single('L3'), nodeId: 'garage' } as const;

describe('standing defaults (I11)', () => {
  it('I11: the fuse carries them beside the margin and the assumed base load', () => {
    const site = (fuse_A: number) =>
      compiled(siteTopology({ fuse_A, margin_A: 2, assumedBase_A: 5, chargers: [onL1, onL1] }));
    expect(fallbackCurrents_A(site(19))).toEqual([6, 6]);
    expect(fallbackCurrents_A(site(18))).toEqual([6, 0]);
    expect(fallbackCurrents_A(site(12))).toEqual([0, 0]);
    expect(fallbackCurrents_A(site(6))).toEqual([0, 0]);
  });

  it('I11: each line of each fuse counts, and a sub-distribution without a meter carries no base load of its own', () => {
    const site = (fuse_A: readonly [number, number, number]) =>
      compiled(
        siteTopology({
          fuse_A: 40,
          margin_A: 2,
          assumedBase_A: 5,
          nodes: [{ ...garage, fuse_A }],
          chargers: [onL3, onL3],
        }),
      );
    expect(fallbackCurrents_A(site([1, 1, 14]))).toEqual([6, 6]);
    expect(fallbackCurrents_A(site([40, 40, 13]))).toEqual([6, 0]);
  });

  it('goes without at the lowest priority first, at the last in the list among equal ones', () => {
    const priorities = (...values: number[]) =>
      fallbackCurrents_A(
        compiled(
          siteTopology({
            fuse_A: 12,
            chargers: values.map((priority) => ({ ...onL1, priority })),
          }),
        ),
      );
    expect(priorities(0, 1, 2)).toEqual([0, 6, 6]);
    expect(priorities(2, 0, 1)).toEqual([6, 0, 6]);
    expect(priorities(1, 1, 1)).toEqual([6, 6, 0]);
    expect(priorities(0, 2, 0, 1)).toEqual([0, 6, 0, 6]);
  });
});
