import { describe, expect, it } from '@jest/globals';
import { compiled, siteTopology, threePhase } from '#libs/testing/site-builder.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { capOf_A, computeCapacity, isUnderSilentMeter } from './capacity.js';
import { setNodeLimits } from './node-limits.js';
import { defaultPolicy } from './policy.js';
import { createSiteState, takeMeterFrame } from './site-state.js';

const at = (second: number) => epochMilliseconds(1_700_000_000_000 + second * 1_000);

/** A connection of 25 A with a margin of 2 A and 5 A of assumed base load; a sub-distribution of 20 A, with a meter or not. */
const siteOf = (meterDeviceId: string | null) => {
  const garage = { nodeId: 'garage', parentId: 'grid', name: 'garage', fuse_A: [20, 20, 20] as const };
  const topology = siteTopology({
    fuse_A: 25,
    margin_A: 2,
    assumedBase_A: 5,
    nodes: [{ ...garage, meterDeviceId }],
    chargers: [{ wiring: threePhase }, { wiring: threePhase, nodeId: 'garage' }],
  });
  return createSiteState(compiled(topology), at(0), defaultPolicy);
};
const capacityOf = (state: ReturnType<typeof siteOf>, second: number): number[] => {
  computeCapacity(state, at(second));
  return Array.from(state.allocation.capacity_A);
};

describe('what is available to cars', () => {
  it('I1: the fuse less the margin and the base load; a node without a meter has none of its own', () => {
    const state = siteOf(null);
    takeMeterFrame(state, 0, at(0), [3, 9, -10]);
    expect(capacityOf(state, 1)).toEqual([20, 14, 23, 18, 18, 18]);
    takeMeterFrame(state, 0, at(1), [40, 9, -10]);
    expect(capacityOf(state, 1)[0]).toBe(0);
  });

  it('I1: an agreed limit below the fuse takes its place, with no margin; one above it opens nothing', () => {
    const state = siteOf(null);
    const limit = { nodeId: 'grid', limit_A: [16, 24, 40] as const, source: 'contract' as const };
    setNodeLimits(state.site, state.nodeLimits, [limit]);
    takeMeterFrame(state, 0, at(0), [3, 3, 3]);
    expect([0, 1, 2].map((line) => capOf_A(state, line))).toEqual([16, 23, 23]);
    expect(capacityOf(state, 1).slice(0, 3)).toEqual([13, 20, 20]);
  });

  it('I12: a silent meter counts as no less than assumed and no less than last seen', () => {
    const state = siteOf('second-zen');
    expect(capacityOf(state, 0)).toEqual([18, 18, 18, 13, 13, 13]);
    takeMeterFrame(state, 0, at(0), [3, 9, 3]);
    takeMeterFrame(state, 1, at(0), [0, 0, 0]);
    expect(capacityOf(state, 5)).toEqual([20, 14, 20, 18, 18, 18]);
    takeMeterFrame(state, 1, at(6), [0, 0, 0]);
    expect(capacityOf(state, 6)).toEqual([18, 14, 18, 18, 18, 18]);
  });

  it('I12: a silent meter concerns those below it and nobody beside it', () => {
    const state = siteOf('second-zen');
    takeMeterFrame(state, 0, at(0), [3, 3, 3]);
    const silent = () => state.connectors.map((connector) => isUnderSilentMeter(state, connector, at(0)));
    expect(silent()).toEqual([false, true]);
    takeMeterFrame(state, 1, at(0), [3, 3, 3]);
    expect(silent()).toEqual([false, false]);
  });
});

describe('an excess that a fuse bears for a while (IEC 60898-1)', () => {
  /** A car that may have `car_A` since long at the connector with that index, after a frame without cars. */
  const charging = (index: number, car_A: number, before_A: number, agreed_A: number) => {
    const state = siteOf('second-zen');
    const limit_A = [agreed_A, agreed_A, agreed_A] as const;
    setNodeLimits(state.site, state.nodeLimits, [{ nodeId: 'grid', limit_A, source: 'contract' }]);
    for (const node of [0, 1]) takeMeterFrame(state, node, at(100), [before_A, before_A, before_A]);
    const connector = state.connectors[index]!;
    connector.transactionId = 1;
    const setpoint = { limitId: 'a', current_A: car_A, numberPhases: null, leaseUntil: at(999) };
    connector.commitment.sent(setpoint);
    connector.commitment.answered('a', 'accepted');
    return state;
  };
  /** What is held for cars that charge on L1 of both nodes when the meters then show so much. */
  const heldWith = (state: ReturnType<typeof siteOf>, grid_A: number, garage_A: number, second = 101) => {
    takeMeterFrame(state, 0, at(101), [grid_A, grid_A, grid_A]);
    takeMeterFrame(state, 1, at(101), [garage_A, garage_A, garage_A]);
    computeCapacity(state, at(second));
    const held_A = state.allocation.heldCapacity_A;
    return [held_A[0]!, held_A[3]!].map((each) => Math.round(each * 1e6) / 1e6);
  };

  it('I1: what cars have in force, and never above 1.13 times the rating with the base load', () => {
    expect(heldWith(charging(0, 10, 0, 99), 28, 0)).toEqual([10, 18]);
    expect(heldWith(charging(0, 10, 0, 99), 29, 0)).toEqual([9.25, 18]);
    expect(heldWith(charging(1, 10, 0, 99), 10, 22)).toEqual([23, 10]);
    expect(heldWith(charging(1, 10, 0, 99), 10, 24)).toEqual([23, 8.6]);
  });

  it('I1: what the sun gives lends no room to an excess', () => {
    expect(heldWith(charging(0, 32, -10, 99), 30, 0)).toEqual([28.25, 18]);
  });

  it('I1: none above an agreed limit, I12: none under a silent meter', () => {
    expect(heldWith(charging(0, 10, 0, 25), 28, 0)).toEqual([10, 18]);
    expect(heldWith(charging(0, 10, 0, 24.9), 28, 0)).toEqual([5, 18]);
    expect(heldWith(charging(0, 10, 0, 99), 28, 0, 107)).toEqual([5, 13]);
  });
});
