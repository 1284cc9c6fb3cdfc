import { describe, expect, it } from '@jest/globals';
import type { SiteTopology } from '#libs/allocation/topology.js';
import { BaseLoad } from './base-load.js';
import { Random } from './random.js';
import { Site } from './site.js';

const topology: SiteTopology = {
  nodes: [
    { nodeId: 'pod', parentId: 'hall', name: 'Pod', fuse_A: [16, 16, 16], meterDeviceId: null },
    { nodeId: 'grid', parentId: null, name: 'Grid', fuse_A: [63, 63, 63], meterDeviceId: null },
    { nodeId: 'hall', parentId: 'grid', name: 'Hall', fuse_A: [32, 32, 32], meterDeviceId: null },
  ],
  transformers: [],
  connectors: [],
  margin_A: 0,
  assumedBase_A: [0, 0, 0],
  step_A: 1,
};
const constant = (a: number, b: number, c: number): BaseLoad =>
  new BaseLoad({ constant_A: [a, b, c], appliances: [], daily: null, sun: null }, new Random(1));

describe('a site', () => {
  it('sums cars and base loads up the tree, each on its own lines', () => {
    const site = new Site(
      topology,
      new Map([
        ['grid', constant(1, 2, 3)],
        ['pod', constant(4, 0, 0)],
      ]),
    );
    site.step(1, 0, [
      { nodeId: 'pod', wiring: { kind: 'single-phase', phase: 'L2' }, current_A: 10, phases: 1 },
      {
        nodeId: 'hall',
        wiring: { kind: 'three-phase', rotation: ['L3', 'L1', 'L2'] },
        current_A: 6,
        phases: 2,
      },
    ]);
    expect(Object.fromEntries(site.trueCurrents())).toEqual({
      pod: [4, 10, 0],
      hall: [10, 10, 6],
      grid: [11, 12, 9],
    });
  });

  it('adds base load arithmetically to what flows between lines', () => {
    const site = new Site(topology, new Map([['grid', constant(1, 1, 1)]]));
    const draw = { nodeId: 'grid', current_A: 10, phases: 1 } as const;
    site.step(1, 0, [
      { ...draw, wiring: { kind: 'line-to-line', lines: 'L1-L2' } },
      { ...draw, wiring: { kind: 'line-to-line', lines: 'L3-L1' } },
    ]);
    const [l1, l2, l3] = site.trueCurrents().get('grid') ?? [];
    expect(l1).toBeCloseTo(1 + 10 * Math.sqrt(3));
    expect([l2, l3]).toEqual([11, 11]);
  });

  it('feels an overload only at the fuse it goes through', () => {
    const site = new Site(topology, new Map());
    const wiring = { kind: 'single-phase', phase: 'L1' } as const;
    for (let second = 0; second < 10; second++) {
      site.step(1, 0, [{ nodeId: 'pod', wiring, current_A: 48, phases: 1 }]);
    }
    const reports = site.breakerReports();
    expect(reports.get('pod')?.mayHaveTripped).toBe(true);
    expect(reports.get('hall')?.maximumRatio).toEqual([1.5, 0, 0]);
    expect(reports.get('grid')?.mayHaveTripped).toBe(false);
  });
});

describe('a base load', () => {
  it('follows the hours of the day', () => {
    const daily = Array.from({ length: 24 }, (_, hour) => (hour === 18 ? 2 : 1));
    const load = new BaseLoad({ constant_A: [3, 0, 0], appliances: [], daily, sun: null }, new Random(1));
    expect(load.current_A(18 * 3_600 + 59)).toEqual([6, 0, 0]);
    expect(load.current_A(86_400 + 3_600)).toEqual([3, 0, 0]);
  });

  it('NB-78: a roof feeds in by day, most at noon, and nothing by night', () => {
    const sun = { peak_A: [12, 6, 0] as const, rises_h: 6, sets_h: 18 };
    const model = { constant_A: [2, 2, 2] as const, appliances: [], daily: null, sun };
    const load = new BaseLoad(model, new Random(1));
    const at = (hour: number) =>
      load.current_A(hour * 3_600).map((current) => Math.round(current * 100) / 100);
    expect([at(0), at(6), at(9), at(12), at(18), at(36)]).toEqual([
      [2, 2, 2],
      [2, 2, 2],
      [-6.49, -2.24, 2],
      [-10, -4, 2],
      [2, 2, 2],
      [-10, -4, 2],
    ]);
  });

  it('switches its appliances, the same way for the same seed', () => {
    const appliances = [{ name: 'oven', phases: ['L3'] as const, current_A: 11, on_s: 20, off_s: 40 }];
    const play = (seed: number): number[] => {
      const load = new BaseLoad(
        { constant_A: [0, 0, 0], appliances, daily: null, sun: null },
        new Random(seed),
      );
      return Array.from({ length: 600 }, () => {
        load.step(1);
        return load.current_A(0)[2];
      });
    };
    const currents = play(7);
    expect(play(7)).toEqual(currents);
    expect(play(8)).not.toEqual(currents);
    const share = currents.filter((current) => current === 11).length / currents.length;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.5);
  });
});
