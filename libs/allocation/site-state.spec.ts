import { describe, expect, it } from '@jest/globals';
import { compiled, siteTopology, threePhase } from '#libs/testing/site-builder.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { setNodeLimits } from './node-limits.js';
import { defaultPolicy } from './policy.js';
import { createSiteState, isOverloaded, isSilent, takeMeterFrame } from './site-state.js';

const at = (second: number) => epochMilliseconds(1_700_000_000_000 + second * 1_000);

/** A connection of 25 A with a margin of 1 A, and below it a garage of 20 A with a meter of its own or none. */
const siteOf = (meterDeviceId: string | null) => {
  const garage = { nodeId: 'garage', parentId: 'grid', name: 'garage', fuse_A: [20, 20, 20] as const };
  const topology = siteTopology({
    fuse_A: 25,
    margin_A: 1,
    nodes: [{ ...garage, meterDeviceId }],
    chargers: [{ wiring: threePhase }, { wiring: threePhase, nodeId: 'garage' }],
  });
  return createSiteState(compiled(topology), at(0), defaultPolicy);
};

describe('a meter that says nothing (I12)', () => {
  it('I12: is silent before its first frame and once its time to live is over; a node without one never is', () => {
    const state = siteOf(null);
    expect([isSilent(state, 0, at(0)), isSilent(state, 1, at(0))]).toEqual([true, false]);
    takeMeterFrame(state, 0, at(10), [1, 1, 1]);
    expect([at(15), epochMilliseconds(at(15) + 1)].map((now) => isSilent(state, 0, now))).toEqual([
      false,
      true,
    ]);
    expect(isSilent(state, 1, at(999))).toBe(false);
  });

  it('I12: a slower meter has three of its frames, of half a minute at most', () => {
    const state = siteOf(null);
    const silentAfter_s = (): number => {
      let second = 0;
      while (
        second < 3_600 &&
        !isSilent(state, 0, epochMilliseconds(state.meters[0]!.lastFrameAt! + second * 1_000))
      )
        second++;
      return second - 1;
    };
    takeMeterFrame(state, 0, at(0), [1, 1, 1]);
    takeMeterFrame(state, 0, at(10), [1, 1, 1]);
    expect(silentAfter_s()).toBe(30);
    // It is believed to be faster only little by little.
    takeMeterFrame(state, 0, at(11), [1, 1, 1]);
    expect(silentAfter_s()).toBe(27);
    takeMeterFrame(state, 0, at(1_000), [1, 1, 1]);
    expect(silentAfter_s()).toBe(90);
  });

  it('I12: refuses what is no number, what is no newer, and a node without a meter; none of it ends a silence', () => {
    const state = siteOf(null);
    expect(takeMeterFrame(state, 0, at(0), [1, NaN, 1])).toBe(false);
    expect(takeMeterFrame(state, 0, at(0), [1, 1, Infinity])).toBe(false);
    expect(takeMeterFrame(state, 1, at(0), [1, 1, 1])).toBe(false);
    expect(takeMeterFrame(state, 9, at(0), [1, 1, 1])).toBe(false);
    expect([isSilent(state, 0, at(0)), state.freshFrame]).toEqual([true, false]);
    expect(takeMeterFrame(state, 0, at(1), [1, 2, 3])).toBe(true);
    expect(state.freshFrame).toBe(true);
    state.freshFrame = false;
    expect(takeMeterFrame(state, 0, at(1), [9, 9, 9])).toBe(false);
    expect(takeMeterFrame(state, 0, at(0), [9, 9, 9])).toBe(false);
    expect([state.meters[0]!.reading_A, state.freshFrame]).toEqual([[1, 2, 3], false]);
  });

  it('takes the sun from the grid connection only', () => {
    const state = siteOf('second-zen');
    takeMeterFrame(state, 1, at(0), [-10, -10, -10]);
    expect(state.solar.frame.fresh).toBe(false);
    takeMeterFrame(state, 0, at(0), [-10, -10, -10]);
    expect(state.solar.frame).toMatchObject({ fresh: true, net_A: -30 });
  });

  it('I12: takes a reading for as old as the slowest meter is slow', () => {
    const state = siteOf('second-zen');
    for (const second of [0, 10]) takeMeterFrame(state, 0, at(second), [1, 1, 1]);
    for (const second of [0, 10, 11]) takeMeterFrame(state, 1, at(second), [1, 1, 1]);
    takeMeterFrame(state, 0, at(20), [1, 1, 1]);
    expect(state.solar.frame.readingAge_ms).toBe(10_000);
  });
});

describe('an overload that a meter shows (I13)', () => {
  it('I13: is more than the fuse less its margin, at any node and line on the way to the grid', () => {
    const state = siteOf('second-zen');
    const overloaded = () => state.connectors.map((connector) => isOverloaded(state, connector));
    expect(overloaded()).toEqual([false, false]);
    takeMeterFrame(state, 0, at(0), [24, 24, 24]);
    takeMeterFrame(state, 1, at(0), [19, 19, 19]);
    expect(overloaded()).toEqual([false, false]);
    takeMeterFrame(state, 1, at(1), [19, 19, 19.1]);
    expect(overloaded()).toEqual([false, true]);
    takeMeterFrame(state, 1, at(2), [19.1, 0, 0]);
    expect(overloaded()).toEqual([false, true]);
    takeMeterFrame(state, 1, at(3), [0, 0, 0]);
    takeMeterFrame(state, 0, at(3), [0, 24.1, 0]);
    expect(overloaded()).toEqual([true, true]);
  });

  it('I13: is more than an agreed limit where that is lower', () => {
    const state = siteOf(null);
    const limit = { nodeId: 'grid', limit_A: [40, 16, 40] as const, source: 'grid-operator' as const };
    setNodeLimits(state.site, state.nodeLimits, [limit]);
    const overloaded = (second: number, L2_A: number) => {
      takeMeterFrame(state, 0, at(second), [20, L2_A, 20]);
      return isOverloaded(state, state.connectors[1]!);
    };
    expect([overloaded(0, 16), overloaded(1, 16.1)]).toEqual([false, true]);
  });
});

describe('what a fuse bears (IEC 60898-1)', () => {
  it('I1: is reckoned from the fuse less its margin', () => {
    const state = siteOf('second-zen');
    const bears = (node: number, cap_A: number) =>
      state.meters[node]!.reserve[0].bears(cap_A + 1, cap_A, defaultPolicy.excessPatience);
    for (let second = 0; second <= 30; second++) takeMeterFrame(state, 0, at(second), [27, 0, 0]);
    expect(bears(0, 24)).toBe(true);
    for (let second = 31; second <= 35; second++) takeMeterFrame(state, 0, at(second), [27, 0, 0]);
    expect(bears(0, 24)).toBe(false);
    for (let second = 0; second <= 99; second++) takeMeterFrame(state, 1, at(second), [19, 0, 0]);
    expect(bears(1, 19)).toBe(true);
  });
});

describe('what a car cannot have drawn is base load (I13)', () => {
  const L1 = 0b001;
  const L2 = 0b010;
  const L3 = 0b100;
  /** Base load per line when 30 A are seen on each, and a charger with terminal 1 on L2 may have 10 A on all lines, 20 A on one. */
  const base_A = (lines: 1 | 3, slots: number): (number | null)[] => {
    const wiring = { kind: 'three-phase', rotation: ['L2', 'L3', 'L1'] } as const;
    const topology = siteTopology({ fuse_A: 40, chargers: [{ wiring, switchesPhases: true }] });
    const state = createSiteState(compiled(topology), at(-100), defaultPolicy);
    const connector = state.connectors[0]!;
    connector.transactionId = 1;
    connector.commitment.knowFallback(6);
    connector.commitment.sent({ limitId: 'a', current_A: 10, numberPhases: 3, leaseUntil: at(99) });
    connector.commitment.answered('a', 'accepted');
    connector.commitment.sent({ limitId: 'b', current_A: 20, numberPhases: 1, leaseUntil: at(99) });
    connector.phases.lines = lines;
    connector.slots = slots;
    takeMeterFrame(state, 0, at(0), [30, 30, 30]);
    return state.meters[0]!.base.map((each) => each.held_A);
  };

  it('I13: a setpoint for one line explains current on terminal 1 only', () => {
    expect(base_A(3, L1 | L2 | L3)).toEqual([20, 10, 20]);
    expect(base_A(1, L2)).toEqual([20, 10, 20]);
  });

  it('I13: lines that the car does not use explain nothing, lines on which it has strayed do', () => {
    expect(base_A(3, L2 | L3)).toEqual([30, 10, 20]);
    expect(base_A(1, L1 | L2 | L3)).toEqual([10, 10, 10]);
  });
});
