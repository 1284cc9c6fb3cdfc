import { describe, expect, it } from '@jest/globals';
import { between, compiled, siteTopology } from '#libs/testing/site-builder.js';
import { admitPhases } from './admit-phases.js';
import { createAllocation, outcome } from './allocation.js';
import { fillPhases } from './fill-phases.js';

const pairs = ['L1-L2', 'L2-L3', 'L3-L1'] as const;

interface Car {
  readonly pair: 0 | 1 | 2;
  readonly maximum_A?: number;
  readonly weight?: number;
  readonly needed_A?: number;
  readonly missing_Ah?: number;
  readonly offset_A?: number;
}

/** The currents of cars with a minimum of 1 A on lines of so many ampere. */
function shares(line_A: number, cars: readonly Car[]) {
  const chargers = cars.map(({ pair, maximum_A, weight }) => ({
    wiring: between(pairs[pair]),
    minimum_A: 1,
    maximum_A: maximum_A ?? 32,
    weight: weight ?? 1,
  }));
  const allocation = createAllocation(compiled(siteTopology({ fuse_A: 500, chargers })));
  allocation.wants.fill(1);
  allocation.capacity_A.fill(line_A);
  cars.forEach(({ needed_A, missing_Ah, offset_A, maximum_A }, index) => {
    allocation.departures.needed_A[index] = needed_A ?? maximum_A ?? 32;
    allocation.departures.missing_Ah[index] = missing_Ah ?? 0;
    allocation.departures.offset_A[index] = offset_A ?? 0;
  });
  admitPhases(allocation);
  fillPhases(allocation);
  const currents = Array.from(allocation.current_A, (each) => Math.round(each * 1_000) / 1_000);
  return { currents, allocation };
}

describe('filling between lines', () => {
  it('the emptiest pair of lines first: one car has as much as two beside it together', () => {
    // a on L1-L2, b on L2-L3: L2 carries sqrt(a² + b² + ab), full at a = b = 10 with 17.32 A.
    const { currents } = shares(Math.sqrt(300), [{ pair: 0 }, { pair: 0 }, { pair: 1 }]);
    expect(currents).toEqual([5, 5, 10]);
  });

  it('inside a pair each by his weight, up to his own maximum, and the rest goes on', () => {
    expect(shares(15, [{ pair: 0, weight: 2 }, { pair: 0 }]).currents).toEqual([10, 5]);
    expect(shares(15, [{ pair: 0, maximum_A: 4 }, { pair: 0 }]).currents).toEqual([4, 11]);
    expect(shares(15, [{ pair: 0, maximum_A: 1 }, { pair: 0 }]).currents).toEqual([1, 14]);
    expect(shares(15, [{ pair: 0, offset_A: 6 }, { pair: 0 }]).currents).toEqual([4.5, 10.5]);
  });

  it('first everybody what makes him ready in time, then in proportion to what is still missing', () => {
    // 3 A are needed on each pair; the rest goes 3 to 1.
    const { currents } = shares(Math.sqrt(192), [
      { pair: 0, needed_A: 3, missing_Ah: 30 },
      { pair: 1, needed_A: 3, missing_Ah: 10 },
    ]);
    const [one = 0, other = 0] = currents;
    expect(one ** 2 + other ** 2 + one * other).toBeCloseTo(192, 1);
    expect((one - 3) / (other - 3)).toBeCloseTo(3, 2);
  });

  it('who needs more to be ready in time has it first; beyond that it goes by what is missing, not by who has least', () => {
    const { currents } = shares(Math.sqrt(300), [
      { pair: 0, needed_A: 3, missing_Ah: 30 },
      { pair: 1, needed_A: 7, missing_Ah: 10 },
    ]);
    const [one = 0, other = 0] = currents;
    expect(one ** 2 + other ** 2 + one * other).toBeCloseTo(300, 1);
    expect((one - 3) / (other - 7)).toBeCloseTo(3, 2);
  });

  it('I2: nobody beyond his maximum, however much he misses, be it ever so late that he starts to rise', () => {
    expect(shares(15, [{ pair: 0, maximum_A: 4, needed_A: 2, missing_Ah: 30 }]).currents).toEqual([4]);
    expect(shares(15, [{ pair: 0, maximum_A: 4, offset_A: 20 }, { pair: 0 }]).currents).toEqual([1, 14]);
    expect(shares(24, [{ pair: 0, maximum_A: 4, offset_A: 20 }, { pair: 0 }]).currents).toEqual([2, 22]);
    expect(shares(30, [{ pair: 0, maximum_A: 4, offset_A: 20 }, { pair: 0 }]).currents).toEqual([4, 26]);
  });

  it('I4: a full line stops nobody who hangs elsewhere', () => {
    const node = (nodeId: string) => ({ nodeId, parentId: 'grid', name: nodeId, meterDeviceId: null });
    const nodes = ['wide', 'narrow'].map((nodeId) => ({ ...node(nodeId), fuse_A: [500, 500, 500] as const }));
    const chargers = nodes.map(({ nodeId }) => ({ wiring: between('L1-L2'), minimum_A: 1, nodeId }));
    const site = compiled(siteTopology({ fuse_A: 500, nodes, chargers }));
    const allocation = createAllocation(site);
    allocation.wants.fill(1);
    allocation.capacity_A.fill(500);
    allocation.departures.needed_A.fill(32);
    allocation.capacity_A.fill(
      10,
      site.nodeIndexById.get('narrow')! * 3,
      site.nodeIndexById.get('narrow')! * 3 + 3,
    );
    admitPhases(allocation);
    fillPhases(allocation);
    expect(Array.from(allocation.current_A, (each) => Math.round(each * 1_000) / 1_000)).toEqual([32, 10]);
  });

  it('I7: who stops at a maximum says so, who stops at a line names it', () => {
    const { allocation } = shares(15, [{ pair: 0, maximum_A: 4 }, { pair: 0 }, { pair: 1, maximum_A: 1 }]);
    expect(Array.from(allocation.outcome)).toEqual([outcome.atMaximum, outcome.limited, outcome.atMaximum]);
    // L2 carries both pairs.
    expect(allocation.constraint[1]).toBe(1);
  });

  it('I1: every line within its room, whatever the manner', () => {
    const cars: Car[] = [0, 1, 2, 0, 1].map((pair, index) => ({
      pair: pair as 0 | 1 | 2,
      weight: 1 + (index % 2),
      needed_A: 2 + index,
      missing_Ah: 5 * index,
      offset_A: 3 * index,
    }));
    const { currents } = shares(20, cars);
    const sum = (pair: number) =>
      cars.reduce((total, car, index) => total + (car.pair === pair ? currents[index]! : 0), 0);
    const line_A = (a: number, b: number) => Math.sqrt(a * a + b * b + a * b);
    const lines = [line_A(sum(0), sum(2)), line_A(sum(0), sum(1)), line_A(sum(1), sum(2))];
    expect(Math.max(...lines)).toBeLessThanOrEqual(20.01);
    expect(Math.max(...lines)).toBeGreaterThan(19.99);
  });
});
