import { describe, expect, it } from '@jest/globals';
import { single } from '#libs/testing/site-builder.js';
import { SunnySite } from '#libs/testing/sunny-site.js';
import { defaultPolicy } from '../policy.js';

const slot_ms = defaultPolicy.minimumOnTime;

describe('the time a waiting car is told (NB-85)', () => {
  it('I8: one place for three cars: each has its turn by the time it was told, a slot apart', () => {
    const site = new SunnySite([single('L1'), single('L1'), single('L1')], [{}, {}, {}], 8);
    site.run(30);
    const told = [1, 2].map((car) => site.latest[car]?.reason);
    for (const reason of told) expect(reason).toMatchObject({ code: 'waiting-for-capacity', phase: 'L1' });
    const [first, second] = told.map((reason) => reason?.until ?? 0);
    expect((second ?? 0) - (first ?? 0)).toBe(slot_ms);
    const turn: (number | null)[] = [null, null, null];
    site.run(Math.ceil((2 * slot_ms) / 1_000) + 60, (at_s) => {
      for (const car of [1, 2]) if (site.limit_A(car) > 0) turn[car] ??= site.instant(at_s);
    });
    // The car that gives way needs a moment, the next one too.
    const grace_ms = 20_000;
    expect(turn[1]).toBeLessThanOrEqual((first ?? 0) + grace_ms);
    expect(turn[1]).toBeGreaterThan((first ?? 0) - grace_ms);
    expect(turn[2]).toBeLessThanOrEqual((second ?? 0) + 2 * grace_ms);
  });

  it('nobody of its rank holds a place: only more current helps, and no time is told', () => {
    const site = new SunnySite([single('L1'), single('L1')], [{ priority: 5 }, {}], 8);
    site.run(30);
    expect(site.limit_A(0)).toBeGreaterThan(0);
    expect(site.latest[1]?.reason).toMatchObject({ code: 'waiting-for-capacity', until: null });
  });
});
