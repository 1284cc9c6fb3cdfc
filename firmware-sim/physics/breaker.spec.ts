import { describe, expect, it } from '@jest/globals';
import { Breaker, BreakerPole, noTripTime_s } from './breaker.js';

describe('the no-trip curve of IEC 60898', () => {
  it.each([
    [1, Infinity],
    [1.13, Infinity],
    [2.55, 1],
    [3, 0.1],
    [10, 0.1],
  ])('at %d In it holds for %d s', (ratio, time_s) => {
    expect(noTripTime_s(ratio)).toBeCloseTo(time_s, 9);
  });

  it('is one hour just above 1.13 In and falls without a jump', () => {
    expect(noTripTime_s(1.130_001)).toBeCloseTo(3_600, 0);
    for (let ratio = 1.14; ratio < 3; ratio += 0.01) {
      expect(noTripTime_s(ratio + 0.01)).toBeLessThan(noTripTime_s(ratio));
    }
  });

  it('puts 1.45 In between: it must trip within the hour, so it may trip earlier', () => {
    expect(noTripTime_s(1.45)).toBeGreaterThan(60);
    expect(noTripTime_s(1.45)).toBeLessThan(3_600);
  });
});

describe('a breaker pole', () => {
  it('IEC 60898: 1.13 In for two hours is never outside', () => {
    const pole = new BreakerPole(25);
    for (let second = 0; second < 7_200; second++) pole.step(25 * 1.13, 1);
    expect(pole.outsideNoTripCurve_s).toBe(0);
    expect(pole.maximumRatio).toBeCloseTo(1.13);
  });

  it('2.55 In is outside after its one second, and every second more counts', () => {
    const pole = new BreakerPole(20);
    for (let step = 0; step < 10; step++) pole.step(51, 0.1);
    expect(pole.outsideNoTripCurve_s).toBeCloseTo(0, 5);
    for (let step = 0; step < 30; step++) pole.step(51, 0.1);
    expect(pole.outsideNoTripCurve_s).toBeCloseTo(3, 1);
  });

  it('adds up separate overloads and forgets them while it cools', () => {
    const half_s = noTripTime_s(1.6) / 2;
    const twice = new BreakerPole(10);
    twice.step(16, half_s);
    twice.step(16, half_s * 1.1);
    expect(twice.outsideNoTripCurve_s).toBeGreaterThan(0);
    const rested = new BreakerPole(10);
    rested.step(16, half_s);
    rested.step(5, 600);
    rested.step(16, half_s * 1.1);
    expect(rested.outsideNoTripCurve_s).toBe(0);
  });

  it('counts export like import', () => {
    const pole = new BreakerPole(10);
    pole.step(-30, 5);
    expect(pole.outsideNoTripCurve_s).toBeGreaterThan(0);
  });
});

it('a breaker reports the worst of its poles, line by line', () => {
  const breaker = new Breaker([25, 25, 25]);
  breaker.step([10, 75, 25], 1);
  expect(breaker.report()).toEqual({
    maximumRatio: [0.4, 3, 1],
    outsideNoTripCurve_s: 1,
    mayHaveTripped: true,
  });
});
