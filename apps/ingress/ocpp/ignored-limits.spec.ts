import { describe, expect, it } from '@jest/globals';
import { IgnoredLimits, type LimitVerdict } from './ignored-limits.js';

/** [seconds, amperes at the strongest terminal] every so often, and what was told at which second. */
function play(watch: IgnoredLimits, samples: readonly (readonly [number, number])[]) {
  const told: [number, LimitVerdict['code']][] = [];
  for (const [at_s, current_A] of samples) {
    const verdict = watch.sampled(at_s * 1_000, [0, current_A, 0]);
    if (verdict) told.push([at_s, verdict.code]);
  }
  return told;
}
/** Once each 5 s. */
const steady = (from_s: number, to_s: number, current_A: number) =>
  Array.from({ length: (to_s - from_s) / 5 + 1 }, (_, index) => [from_s + index * 5, current_A] as const);
const limitedTo = (limit_A: number): IgnoredLimits => {
  const watch = new IgnoredLimits();
  watch.limited(-60_000, limit_A);
  return watch;
};

describe('a charger that accepts a limit and ignores it', () => {
  it('is told of after 30 s, once, with the limit and the strongest terminal', () => {
    const watch = limitedTo(10);
    expect(watch.sampled(0, [16, 15, 0])).toBeNull();
    expect(watch.sampled(29_999, [16, 15, 0])).toBeNull();
    expect(watch.sampled(30_000, [15, 17, 0])).toEqual({
      code: 'limit-ignored',
      limit_A: 10,
      measured_A: 17,
    });
    expect(play(watch, steady(35, 600, 16))).toEqual([]);
  });

  it('one sample is no evidence, however long ago the limit was accepted', () => {
    expect(play(limitedTo(10), [[3_600, 20]])).toEqual([]);
  });

  it('must be more than 1 A and more than a tenth above', () => {
    expect(play(limitedTo(6), steady(0, 60, 7))).toEqual([]);
    expect(play(limitedTo(6), steady(0, 60, 7.1))).toEqual([[30, 'limit-ignored']]);
    expect(play(limitedTo(32), steady(0, 60, 35))).toEqual([]);
    expect(play(limitedTo(32), steady(0, 60, 35.3))).toEqual([[30, 'limit-ignored']]);
    expect(play(limitedTo(0), steady(0, 60, 6))).toEqual([[30, 'limit-ignored']]);
  });

  it('one sample within the limit begins the 30 s anew', () => {
    const samples = [...steady(0, 25, 16), [28, 10] as const, ...steady(30, 90, 16)];
    expect(play(limitedTo(10), samples)).toEqual([[60, 'limit-ignored']]);
  });

  it('obeys again after 30 s below, and is told of neither a second time in the session', () => {
    const watch = limitedTo(10);
    expect(play(watch, steady(0, 30, 16))).toEqual([[30, 'limit-ignored']]);
    expect(play(watch, steady(35, 100, 10))).toEqual([[65, 'limit-obeyed']]);
    expect(play(watch, steady(105, 300, 16))).toEqual([]);
    expect(play(watch, steady(305, 400, 10))).toEqual([]);
  });

  it('a charger that never was above is not said to obey', () => {
    expect(play(limitedTo(10), steady(0, 120, 9))).toEqual([]);
  });

  it('IEC 61851-1: a car that is always 4 s behind limits that sink ignores nothing', () => {
    const watch = limitedTo(32);
    for (let step = 1; step <= 12; step++) {
      watch.limited(step * 10_000, 32 - 2 * step);
      // Measured just after each change: the car still draws what it might before.
      expect(watch.sampled(step * 10_000 + 4_000, [34 - 2 * step, 0, 0])).toBeNull();
    }
  });

  it('a limit that keeps changing hides nobody who draws more than all of them', () => {
    const watch = limitedTo(10);
    const told: string[] = [];
    for (let at_s = 0; at_s <= 40; at_s += 5) {
      watch.limited(at_s * 1_000, at_s % 10 === 0 ? 10 : 8);
      const verdict = watch.sampled(at_s * 1_000 + 1, [16, 16, 16]);
      if (verdict) told.push(verdict.code);
    }
    expect(told).toEqual(['limit-ignored']);
  });

  it('where nobody knows the limit, nobody ignores it', () => {
    const watch = new IgnoredLimits();
    expect(play(watch, steady(0, 60, 32))).toEqual([]);
    watch.limited(60_000, 10);
    expect(play(watch, steady(65, 90, 32))).toEqual([]);
    watch.limited(91_000, null);
    expect(play(watch, steady(95, 200, 32))).toEqual([]);
    watch.limited(200_000, 10);
    expect(play(watch, steady(205, 240, 32))).toEqual([[235, 'limit-ignored']]);
  });
});
