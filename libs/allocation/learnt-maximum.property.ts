import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { compiled, siteTopology, threePhase } from '#libs/testing/site-builder.js';
import { propertyRuns } from '#libs/testing/property-runs.js';
import { decide } from './decide.js';
import { observe } from './observe.js';
import { defaultPolicy } from './policy.js';
import { createSiteState, takeMeterFrame } from './site-state.js';

/** Just after the turn of a quarter of an hour: the remainder of the steps stays where it is for the next 15 minutes. */
const start = epochMilliseconds(1_700_000_100_000);
const car = fc.integer({ min: 60, max: 320 }).map((deci) => deci / 10);

/**
 * Five minutes of cars of so many ampere at chargers of 32 A beneath one fuse: the second of the last change, what each car
 * may draw at the end, and the most they drew together. Cars take what they may at once; chargers send samples every 5 s.
 */
function settle(cars_A: readonly number[], fuse_A: number, step_A: number) {
  const chargers = cars_A.map(() => ({ wiring: threePhase, minimum_A: 6 }));
  const state = createSiteState(compiled(siteTopology({ fuse_A, chargers, step_A })), start, defaultPolicy);
  let sequence = 0;
  const changes: number[] = [];
  cars_A.forEach((_, index) => {
    observe(state, index, start, { type: 'connected' });
    observe(state, index, start, { type: 'started', transactionId: 1, resumed: false });
  });
  const limits_A = (at: number) =>
    state.connectors.map(({ commitment }) => commitment.inForce(epochMilliseconds(at))?.current_A ?? 0);
  let highest_A = 0;
  for (let second = 1; second <= 300; second++) {
    const now = epochMilliseconds(start + second * 1_000);
    const drawn_A = limits_A(now).map((limit_A, index) => Math.min(limit_A, cars_A[index]!));
    const sum_A = drawn_A.reduce((sum, each) => sum + each, 0);
    highest_A = Math.max(highest_A, sum_A);
    if (second % 5 === 0)
      drawn_A.forEach((each_A, index) =>
        observe(state, index, now, { type: 'sampled', current_A: [each_A, each_A, each_A] }),
      );
    takeMeterFrame(state, 0, now, [sum_A, sum_A, sum_A]);
    for (const { index, limitId, kind } of decide(state, now, () => `limit-${sequence++}`)) {
      observe(state, index, now, { type: 'answered', limitId, outcome: 'accepted' });
      if (kind === 'increase' || kind === 'decrease') changes.push(second);
    }
  }
  return { lastChange: Math.max(...changes), limits_A: limits_A(start + 300_000), highest_A };
}

describe('what is learnt of a car that takes less than it may', () => {
  it.each([0.1, 1])('I9 settles and stays, for every car of 6 to 32 A and steps of %p A', (step_A) => {
    const restless: number[] = [];
    for (let deci = 60; deci <= 320; deci++) {
      const { lastChange, limits_A } = settle([deci / 10], 63, step_A);
      const spare_A = limits_A[0]! - deci / 10;
      // Room to grow, or the charger's own maximum; never more than 1.5 A and one step.
      const fits = spare_A <= 1.5 + step_A + 1e-6 && (spare_A >= 1.5 - 1e-6 || limits_A[0] === 32);
      if (lastChange > 120 || !fits) restless.push(deci / 10);
    }
    expect(restless).toEqual([]);
  });

  it('I9, I1 settles for two cars beneath one fuse too, which bears what they draw', () => {
    fc.assert(
      fc.property(
        fc.tuple(car, car),
        fc.integer({ min: 12, max: 63 }),
        fc.constantFrom(0.1, 1),
        (cars_A, fuse_A, step_A) => {
          const { lastChange, limits_A, highest_A } = settle(cars_A, fuse_A, step_A);
          expect(lastChange).toBeLessThanOrEqual(200);
          expect(highest_A).toBeLessThanOrEqual(fuse_A + 1e-6);
          expect(limits_A[0]! + limits_A[1]!).toBeLessThanOrEqual(fuse_A + 1e-6);
        },
      ),
      { numRuns: propertyRuns(100) },
    );
  });
});
