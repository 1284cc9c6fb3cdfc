import { describe, expect, it } from '@jest/globals';
import { epochMilliseconds, seconds } from '#libs/units/quantities.js';
import { ThermalReserve } from './thermal-reserve.js';

const at = (second: number) => epochMilliseconds(1_700_000_000_000 + second * 1_000);
const fuse_A = 25;
const patience = seconds(30);

/** Seconds that a constant current is borne, at one frame a second; at most `most`. */
function bornFor_s(current_A: number, reserve: ThermalReserve, from: number, most = 1_000): number {
  for (let second = 0; second <= most; second++) {
    reserve.observe(at(from + second), current_A, fuse_A, seconds(5));
    if (!reserve.bears(fuse_A, fuse_A, patience)) return second;
  }
  return most;
}

describe('thermal reserve of a fuse (IEC 60898-1)', () => {
  it('bears nothing before the first frame', () => {
    expect(new ThermalReserve().bears(fuse_A, fuse_A, patience)).toBe(false);
  });

  it('bears 1.13 times the rating for as long as the patience, and less for longer', () => {
    expect(bornFor_s(fuse_A * 1.13, new ThermalReserve(), 0)).toBeGreaterThanOrEqual(30);
    expect(bornFor_s(fuse_A * 1.05, new ThermalReserve(), 0)).toBeGreaterThan(75);
    expect(bornFor_s(fuse_A, new ThermalReserve(), 0)).toBe(1_000);
  });

  it('bears nothing from 1.45 times the rating on, and little below it', () => {
    expect(bornFor_s(fuse_A * 1.45, new ThermalReserve(), 0)).toBe(0);
    expect(bornFor_s(fuse_A * 1.44, new ThermalReserve(), 0)).toBeLessThan(10);
  });

  it('cools below the rating, the faster the lower the current is', () => {
    const reserve = new ThermalReserve();
    bornFor_s(fuse_A * 1.13, reserve, 0);
    reserve.observe(at(31), 0, fuse_A, seconds(5));
    for (let second = 32; second < 36; second++) reserve.observe(at(second), 0, fuse_A, seconds(5));
    expect(bornFor_s(fuse_A * 1.13, reserve, 36)).toBeGreaterThan(10);
  });

  it('counts a gap between two frames no longer than the meter may be silent', () => {
    const reserve = new ThermalReserve();
    reserve.observe(at(0), fuse_A * 1.13, fuse_A, seconds(5));
    reserve.observe(at(3_600), fuse_A * 1.13, fuse_A, seconds(5));
    expect(reserve.bears(fuse_A, fuse_A, patience)).toBe(true);
  });

  it('with no patience bears nothing', () => {
    const reserve = new ThermalReserve();
    reserve.observe(at(0), fuse_A, fuse_A, seconds(5));
    expect(reserve.bears(fuse_A, fuse_A, seconds(0))).toBe(false);
  });
});
