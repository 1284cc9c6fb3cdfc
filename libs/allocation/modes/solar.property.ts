import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '#libs/testing/property-runs.js';
import { single } from '#libs/testing/site-builder.js';
import { SunnySite } from '#libs/testing/sunny-site.js';
import { defaultSolarPolicy } from './solar-policy.js';

const { startAfter, stopAfter } = defaultSolarPolicy;

/** Weather: what the house takes or the sun gives on L1, ampere, and for how long. */
const weather = fc.array(
  fc.record({ house_A: fc.integer({ min: -30, max: 10 }), seconds: fc.integer({ min: 1, max: 240 }) }),
  { minLength: 3, maxLength: 12 },
);

describe('charging on the sun in any weather', () => {
  it('I10: what runs runs for its time, what rests rests for its time; I1: the fuse holds', () => {
    fc.assert(
      fc.property(weather, fc.integer({ min: 1, max: 3 }), (skies, cars) => {
        const surplus = { solar: 'surplus' } as const;
        const site = new SunnySite(
          Array.from({ length: cars }, () => single('L1')),
          Array.from({ length: cars }, () => surplus),
          25,
        );
        const changedAt = Array.from({ length: cars }, () => -Infinity);
        const ran = Array.from({ length: cars }, () => false);
        for (const { house_A, seconds } of skies) {
          site.house_A = [house_A, 0, 0];
          site.run(seconds, (second) => {
            let sum_A = 0;
            for (let car = 0; car < cars; car++) {
              const runs = site.state.solar.turns[car]!.runsSince !== null;
              sum_A += site.limit_A(car);
              if (runs === ran[car]) continue;
              const held_ms = (second - changedAt[car]!) * 1_000;
              expect(held_ms).toBeGreaterThanOrEqual(runs ? startAfter : stopAfter);
              changedAt[car] = second;
              ran[car] = runs;
            }
            expect(sum_A).toBeLessThanOrEqual(25 - Math.min(0, house_A) + 1e-6);
          });
        }
      }),
      { numRuns: propertyRuns(60) },
    );
  });
});
