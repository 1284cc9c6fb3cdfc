import { describe, expect, it } from '@jest/globals';
import { between, compiled, single, siteTopology, threePhase } from '#libs/testing/site-builder.js';
import { addLoad, firstOverload, firstWithoutRoom, lineCurrent_A, linesOfMask } from './load.js';
import type { Wiring } from './topology.js';

const all = 0b111;
const garage = { nodeId: 'garage', parentId: 'grid', name: 'garage', fuse_A: [40, 40, 40] as const };

/** A connector on the grid connection and one in the garage below it. */
const siteOf = (first: Wiring, second: Wiring) =>
  compiled(
    siteTopology({
      fuse_A: 40,
      nodes: [{ ...garage, meterDeviceId: null }],
      chargers: [{ wiring: first }, { wiring: second, nodeId: 'garage' }],
    }),
  );

describe('load on every fuse (I1)', () => {
  it('I1: counts at every node from the connector to the grid, on the slots asked for only', () => {
    const site = siteOf(single('L2'), threePhase);
    const sums_A = new Float64Array(12);
    addLoad(site, sums_A, 1, 0b101, 10);
    addLoad(site, sums_A, 0, all, 6);
    expect(Array.from(sums_A)).toEqual([10, 6, 10, 0, 0, 0, 10, 0, 10, 0, 0, 0]);
    expect([0, 1, 2].map((line) => lineCurrent_A(sums_A, 0, line))).toEqual([10, 6, 10]);
    expect([0, 1, 2].map((line) => lineCurrent_A(sums_A, 1, line))).toEqual([10, 0, 10]);
  });

  it('I1: adds currents between lines as phasors, each pair to both its lines', () => {
    const alone = (slot: number) => {
      const sums_A = new Float64Array(12);
      sums_A[6 + slot] = 10;
      return [0, 1, 2].map((line) => lineCurrent_A(sums_A, 1, line));
    };
    expect([alone(3), alone(4), alone(5)]).toEqual([
      [10, 10, 0],
      [0, 10, 10],
      [10, 0, 10],
    ]);
    // 10 A on L1-L2 and 6 A on L3-L1 make the root of 100 + 36 + 60 on L1; 4 A against neutral come on top.
    const sums_A = Float64Array.of(4, 0, 0, 10, 0, 6);
    expect(lineCurrent_A(sums_A, 0, 0)).toBeCloseTo(4 + 14, 12);
    expect([lineCurrent_A(sums_A, 0, 1), lineCurrent_A(sums_A, 0, 2)]).toEqual([10, 6]);
  });

  it('I1: names the first line without room, nearest to the connector first; a line that is exactly full holds', () => {
    const site = siteOf(single('L2'), threePhase);
    const capacity_A = Float64Array.of(30, 30, 30, 20, 20, 20);
    const sums_A = new Float64Array(12);
    const first = (more_A: number, mask = all) => firstWithoutRoom(site, sums_A, capacity_A, 1, mask, more_A);
    expect([first(20), first(20.1), first(31)]).toEqual([-1, 3, 3]);
    sums_A.set([0, 15, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
    expect([first(15), first(15.1), first(16.1), first(16.1, 0b101)]).toEqual([-1, 1, 4, -1]);
    sums_A[1] = 30.1;
    expect(firstOverload(site, sums_A, capacity_A, 1, all)).toBe(1);
    expect(firstOverload(site, sums_A, capacity_A, 1, 0b100)).toBe(-1);
  });

  it('I1: the same with loads between lines; the sums are left as they were', () => {
    const site = siteOf(between('L1-L2'), between('L3-L1'));
    const pair = 0b100000;
    const capacity_A = Float64Array.of(20, 20, 20, 16, 1, 20);
    const sums_A = Float64Array.of(0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0);
    const first = (more_A: number) => firstWithoutRoom(site, sums_A, capacity_A, 1, pair, more_A);
    expect([first(10), first(14), first(16), first(16.1)]).toEqual([-1, 0, 0, 3]);
    expect(Array.from(sums_A)).toEqual([0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0]);
    capacity_A.set([20, 20, 3, 16, 1, 20]);
    expect([first(3), first(4)]).toEqual([-1, 2]);
    sums_A[3] = 0;
    capacity_A.set([6, 20, 20, 16, 1, 20]);
    expect([first(6), first(6.1)]).toEqual([-1, 0]);
  });

  it('I7: a full line that a connector does not use, or of a node that it does not hang on, does not stop it', () => {
    const capacity_A = Float64Array.of(20, 20, 20, 20, 20, 20);
    const inGarage_A = Float64Array.of(0, 0, 0, 0, 0, 0, 30, 30, 30, 0, 0, 0);
    const upstairs = siteOf(threePhase, threePhase);
    expect(firstWithoutRoom(upstairs, inGarage_A, capacity_A, 0, all, 6)).toBe(-1);
    const pairs = siteOf(between('L1-L2'), between('L3-L1'));
    expect(firstWithoutRoom(pairs, inGarage_A, capacity_A, 0, 0b001000, 6)).toBe(-1);
    const onL2_A = Float64Array.of(0, 30, 0, 0, 0, 0, 0, 30, 0, 0, 0, 0);
    expect(firstWithoutRoom(pairs, onL2_A, capacity_A, 1, 0b100000, 6)).toBe(-1);
  });

  it('names the first of several full lines', () => {
    const site = siteOf(between('L1-L2'), between('L2-L3'));
    const capacity_A = Float64Array.of(5, 5, 5, 40, 5, 5);
    expect(firstWithoutRoom(site, new Float64Array(12), capacity_A, 0, 0b001000, 6)).toBe(0);
    expect(firstWithoutRoom(site, new Float64Array(12), capacity_A, 1, 0b010000, 6)).toBe(4);
  });

  it('tells the lines of a mask', () => {
    expect([0b001, 0b010, 0b100, 0b001000, 0b010000, 0b100000, 0b001100].map(linesOfMask)).toEqual([
      0b001, 0b010, 0b100, 0b011, 0b110, 0b101, 0b111,
    ]);
  });
});
