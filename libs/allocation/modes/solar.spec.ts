import { describe, expect, it } from '@jest/globals';
import { single, threePhase } from '#libs/testing/site-builder.js';
import { SunnySite } from '#libs/testing/sunny-site.js';
import { defaultSolarPolicy } from './solar-policy.js';
import { surplusFor } from './solar.js';

const { startAfter, stopAfter } = defaultSolarPolicy;
const surplus = { solar: 'surplus' } as const;
const withMinimum = { solar: 'surplus-with-minimum' } as const;

describe('charging on the sun (NB-78)', () => {
  it('NB-78: a car takes what the sun gives beyond the house, and the grid gives nothing', () => {
    const site = new SunnySite([single('L1')], [surplus], 40);
    site.house_A = [-14, 0, 0];
    site.run(600);
    expect(site.limit_A(0)).toBeGreaterThanOrEqual(12);
    expect(site.limit_A(0)).toBeLessThanOrEqual(14);
  });

  it('NB-78: the sun of all three lines counts, whichever of them the car uses', () => {
    const site = new SunnySite([threePhase], [surplus], 40);
    site.house_A = [-30, 0, 0];
    site.run(600);
    expect(site.limit_A(0)).toBeGreaterThanOrEqual(9);
    expect(site.limit_A(0)).toBeLessThanOrEqual(10);
  });

  it('I10: starts only after the surplus has held the minimum for its time', () => {
    const site = new SunnySite([single('L1')], [surplus], 40);
    site.run(120);
    expect(site.limit_A(0)).toBe(0);
    site.house_A = [-20, 0, 0];
    let startedAt: number | null = null;
    site.run(300, (second) => {
      if (site.limit_A(0) > 0) startedAt ??= second;
    });
    expect(startedAt).not.toBeNull();
    expect((startedAt ?? 0) - 120).toBeGreaterThanOrEqual(startAfter / 1_000);
    // The mean over 30 s needs a while to reach 6 of 20 A.
    expect((startedAt ?? 0) - 120).toBeLessThan(startAfter / 1_000 + 30);
  });

  it('I10: a passing cloud is ridden through at the minimum, a dark afternoon is not', () => {
    const site = new SunnySite([single('L1')], [surplus], 40);
    site.house_A = [-16, 0, 0];
    site.run(400);
    site.house_A = [2, 0, 0];
    let least = Infinity;
    site.run(stopAfter / 1_000 - 10, () => (least = Math.min(least, site.limit_A(0))));
    expect(least).toBe(6);
    site.house_A = [-16, 0, 0];
    site.run(200);
    expect(site.limit_A(0)).toBeGreaterThan(10);
    site.house_A = [2, 0, 0];
    site.run(stopAfter / 1_000 + 120);
    expect(site.limit_A(0)).toBe(0);
  });

  it('the surplus around a minimum does not make a car start and stop: at most one turn in both times together', () => {
    const site = new SunnySite([single('L1')], [surplus], 40);
    let changes = 0;
    let before = 0;
    site.run(3_600, (second) => {
      // 6 A and a bit, then a bit less, every minute.
      site.house_A = [second % 120 < 60 ? -6.5 : -5.5, 0, 0];
      if (site.limit_A(0) > 0 !== before > 0) changes++;
      before = site.limit_A(0);
    });
    expect(changes).toBeLessThanOrEqual(Math.ceil((2 * 3_600_000) / (startAfter + stopAfter)));
  });

  it('one starts before two, and then both have the same', () => {
    const site = new SunnySite([single('L1'), single('L2')], [surplus, surplus], 40);
    site.house_A = [-8, 0, 0];
    site.run(500);
    expect([site.limit_A(0), site.limit_A(1)].filter((limit) => limit > 0)).toHaveLength(1);
    site.house_A = [-24, 0, 0];
    site.run(500);
    expect(site.limit_A(0)).toBe(site.limit_A(1));
    expect(site.limit_A(0)).toBeGreaterThanOrEqual(10);
    site.house_A = [-8, 0, 0];
    site.run(stopAfter / 1_000 + 120);
    expect([site.limit_A(0), site.limit_A(1)].filter((limit) => limit > 0)).toHaveLength(1);
  });

  it('never less than the minimum where that was asked for, and with the sun more', () => {
    const site = new SunnySite([single('L1')], [withMinimum], 40);
    site.house_A = [3, 0, 0];
    site.run(60);
    expect(site.limit_A(0)).toBe(6);
    site.house_A = [-12, 0, 0];
    site.run(300);
    expect(site.limit_A(0)).toBeGreaterThanOrEqual(10);
  });

  it('a car that is not on the sun has no part in it, and its current counts as use', () => {
    const site = new SunnySite([single('L1'), single('L2')], [surplus, {}], 20);
    site.house_A = [-30, 0, 0];
    site.run(400);
    // 30 A of sun, of which the other car on L2 takes its 20 A.
    expect(site.limit_A(1)).toBe(20);
    expect(site.limit_A(0)).toBeGreaterThanOrEqual(8);
    expect(site.limit_A(0)).toBeLessThanOrEqual(10);
  });

  it('I12: with a silent meter there is no surplus: the car rides its time out and stops', () => {
    const site = new SunnySite([single('L1')], [surplus], 40);
    site.house_A = [-20, 0, 0];
    site.run(300);
    expect(site.limit_A(0)).toBeGreaterThan(15);
    site.meterSpeaks = false;
    site.run(60);
    expect(site.limit_A(0)).toBeLessThanOrEqual(6);
    site.run(stopAfter / 1_000 + 10);
    expect(site.limit_A(0)).toBe(0);
  });

  it('the sun opens no fuse: the current of a line stays within it whatever the sun gives elsewhere', () => {
    const site = new SunnySite([single('L1')], [surplus], 10);
    site.house_A = [0, -60, 0];
    let most = 0;
    site.run(600, () => (most = Math.max(most, site.limit_A(0))));
    expect(most).toBe(10);
  });

  it('a boost takes the car out of the sun and back', () => {
    const site = new SunnySite([single('L1')], [surplus], 40);
    site.run(60);
    expect(site.limit_A(0)).toBe(0);
    site.set(0, { ...surplus, boosted: true });
    site.run(60);
    expect(site.limit_A(0)).toBe(32);
    site.set(0, surplus);
    site.run(30);
    expect(site.limit_A(0)).toBe(0);
  });

  it('I9: a constant sun ends in a constant limit', () => {
    const site = new SunnySite([threePhase, single('L2')], [surplus, withMinimum], 63);
    site.house_A = [-20, -15, -10];
    site.run(900);
    const settled = [site.limit_A(0), site.limit_A(1)];
    site.run(300, () => expect([site.limit_A(0), site.limit_A(1)]).toEqual(settled));
  });

  it('tells what a connector could have of the surplus, for choosing its lines', () => {
    const site = new SunnySite([single('L1'), threePhase], [surplus, surplus], 40);
    site.house_A = [-14, 0, 0];
    site.run(600);
    // The first has nearly all of it; the second could have what is left, the first what it has and the rest.
    expect(surplusFor(site.state, site.state.connectors[0]!)).toBeGreaterThan(12);
    expect(surplusFor(site.state, site.state.connectors[1]!)).toBeLessThan(3);
  });
});
