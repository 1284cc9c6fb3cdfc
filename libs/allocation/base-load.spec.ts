import { describe, expect, it } from '@jest/globals';
import { epochMilliseconds, seconds } from '#libs/units/quantities.js';
import { BaseLoad } from './base-load.js';

/** Readings of a line without cars, one per second, from `from_s` on. */
const drive = () => {
  const base = new BaseLoad(0);
  let second = 0;
  const read = (meter_A: number, carsLow_A = 0, carsHigh_A = 0): number => {
    base.observe(
      epochMilliseconds(1_700_000_000_000 + second++ * 1_000),
      meter_A,
      carsLow_A,
      carsHigh_A,
      seconds(15),
      seconds(300),
    );
    return base.held_A!;
  };
  const hold = (meter_A: number, duration_s: number): number => {
    let held_A = 0;
    for (let at = 0; at < duration_s; at++) held_A = read(meter_A);
    return held_A;
  };
  return { read, hold };
};

describe('base load of a line', () => {
  it('rises at once and falls after the hold time (I13)', () => {
    const { read, hold } = drive();
    expect(hold(4, 20)).toBe(4);
    expect(read(14)).toBe(14);
    expect(hold(4, 14)).toBe(14);
    expect(read(4)).toBe(4);
  });

  it('waits out the pauses of an appliance that has come back once, and forgets it when it stays away', () => {
    const { hold } = drive();
    hold(4, 20);
    hold(14, 30);
    expect(hold(4, 30)).toBe(4);
    hold(14, 30);
    for (let cycle = 0; cycle < 30; cycle++) {
      expect(hold(4, 30)).toBe(14);
      hold(14, 30);
    }
    expect(hold(4, 47)).toBe(4);
    expect(hold(4, 700)).toBe(4);
    hold(14, 5);
    expect(hold(4, 15)).toBe(4);
  });

  it('does not take noise for an appliance', () => {
    const { hold } = drive();
    for (let cycle = 0; cycle < 20; cycle++) {
      hold(4.9, 5);
      expect(hold(4, 16)).toBe(4);
    }
  });

  it('learns from what fell by an ampere at least, and from nothing smaller', () => {
    const { hold } = drive();
    hold(4.9, 5);
    hold(4, 20);
    hold(14, 30);
    // Nothing had been let go before the appliance came: no pause is known.
    expect(hold(4, 16)).toBe(4);
    const other = drive();
    other.hold(5, 5);
    other.hold(4, 20);
    other.hold(14, 30);
    expect(other.hold(4, 16)).toBe(14);
  });

  it('stays where it was while the cars may explain a change', () => {
    const { read, hold } = drive();
    hold(4, 20);
    expect(read(12, 0, 16)).toBe(4);
    expect(read(24, 0, 16)).toBe(8);
  });

  it('begins at what the site was planned for, as far as the first frame allows, not at all that the meter shows', () => {
    const first = (assumed_A: number, carsLow_A: number, carsHigh_A: number): number | null => {
      const base = new BaseLoad(assumed_A);
      base.observe(epochMilliseconds(1_000), 30, carsLow_A, carsHigh_A, seconds(15), seconds(120));
      return base.held_A;
    };
    // Cars may draw anything up to 64 A: the plan of 5 A is possible.
    expect(first(5, 0, 64)).toBe(5);
    // They draw 10 A at most: at least 20 A are base load.
    expect(first(5, 0, 10)).toBe(20);
    // They draw 28 A at least: the plan of 5 A is too much.
    expect(first(5, 28, 64)).toBe(2);
  });
});
