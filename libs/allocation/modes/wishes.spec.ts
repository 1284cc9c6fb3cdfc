import { describe, expect, it } from '@jest/globals';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { noWishes, resolveWishes, wishPolicy, type Session, type Tariff, type Wishes } from './wishes.js';

const at = (iso: string) => epochMilliseconds(Date.parse(iso));
const now = at('2026-01-05T18:00:00Z');
const hours = (count: number) => epochMilliseconds(now + count * 3_600_000);
const always = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Hour by hour from `now`. */
const tariff = (prices: readonly number[]): Tariff => ({
  timeZone: 'UTC',
  prices: prices.map((perKWh, hour) => ({ from: hours(hour), until: hours(hour + 1), perKWh })),
});
const session: Session = { startedAt: now, delivered_Wh: 0, power_W: 10_000 / wishPolicy.plannedShare };
const wishes = (some: Partial<Wishes>): Wishes => ({ ...noWishes, ...some });
const resolve = (some: Partial<Wishes>, prices: readonly number[] = [], during: Session | null = session) =>
  resolveWishes(wishes(some), during, tariff(prices), now);

describe('what wishes come to', () => {
  it('nobody wished anything: balanced charging that no clock changes', () => {
    const { settings, validUntil } = resolve({});
    expect(settings).toMatchObject({ pausedBy: null, solar: 'off', boosted: false, departure: null });
    expect(validUntil).toBeNull();
  });

  it('NB-93: a closed schedule pauses until it opens', () => {
    const windows = [{ days: always, from: '22:00', to: '06:00' }];
    const { settings, validUntil } = resolve({ windows });
    expect(settings).toMatchObject({ pausedBy: 'schedule', pausedUntil: hours(4) });
    expect(validUntil).toBe(hours(4));
  });

  it('NB-91: in price mode it waits for the cheap hours before the departure', () => {
    const wanted: Partial<Wishes> = {
      mode: 'price',
      energy_Wh: 10_000,
      departures: [{ days: always, at: '22:00' }],
    };
    const { settings, validUntil } = resolve(wanted, [5, 5, 1, 5, 0]);
    expect(settings).toMatchObject({ pausedBy: 'price', pausedUntil: hours(2) });
    expect(settings.departure).toEqual({ at: hours(4), remaining_Wh: 10_000 });
    expect(validUntil).toBe(epochMilliseconds(now + wishPolicy.replanAfter));
    expect(resolve(wanted, [1, 5, 5, 5]).settings.pausedBy).toBeNull();
  });

  it('NB-91: hours that the schedule closes are no part of the plan', () => {
    const { settings } = resolve(
      {
        mode: 'price',
        energy_Wh: 10_000,
        departures: [{ days: always, at: '22:00' }],
        windows: [{ days: always, from: '18:00', to: '20:00' }],
      },
      [4, 5, 1, 1],
    );
    expect(settings.pausedBy).toBeNull();
  });

  it('the energy that was asked for ends the session, the assumed one only the saving', () => {
    const got: Session = { ...session, delivered_Wh: 10_000 };
    expect(resolve({ mode: 'price', energy_Wh: 10_000 }, [1], got).settings.pausedBy).toBe('goal');
    const full: Session = { ...session, delivered_Wh: wishPolicy.assumedEnergy_Wh };
    expect(resolve({ mode: 'price' }, [9, 1], full).settings.pausedBy).toBeNull();
    expect(resolve({ energy_Wh: 10_000 }, [1], got).settings.pausedBy).toBeNull();
  });

  it('without a departure the car is assumed to leave a day after it came, whenever that is asked', () => {
    const late: Session = { ...session, startedAt: hours(-23.5) };
    expect(resolve({ mode: 'price', energy_Wh: 10_000 }, [9, 1, 1], late).settings.pausedBy).toBeNull();
    expect(resolve({ mode: 'price', energy_Wh: 10_000 }, [9, 1, 1]).settings.pausedBy).toBe('price');
  });

  it('a goal of the session goes before what holds every day, and once late it charges at any price', () => {
    const daily: Partial<Wishes> = {
      mode: 'price',
      energy_Wh: 10_000,
      departures: [{ days: always, at: '19:00' }],
    };
    expect(resolve(daily, [9, 1]).settings.pausedBy).toBeNull();
    const goal = { departure: hours(2), energy_Wh: 5_000 };
    expect(resolve({ ...daily, goal }, [9, 1]).settings).toMatchObject({
      pausedBy: 'price',
      departure: { at: hours(2), remaining_Wh: 5_000 },
    });
    const passed = { departure: hours(-1), energy_Wh: null };
    expect(resolve({ ...daily, goal: passed }, [9, 1]).settings.pausedBy).toBeNull();
  });

  it('a boost holds until its end and not a moment longer', () => {
    const boosted = resolve({ boostUntil: hours(1) });
    expect(boosted.settings.boosted).toBe(true);
    expect(boosted.validUntil).toBe(hours(1));
    expect(resolve({ boostUntil: now }).settings.boosted).toBe(false);
  });

  it.each([
    ['solar', 'surplus'],
    ['solar-with-minimum', 'surplus-with-minimum'],
    ['price', 'off'],
  ] as const)('NB-78: mode %s', (mode, solar) => {
    expect(resolve({ mode }).settings.solar).toBe(solar);
  });

  it('NB-92: a maximum and a priority go through as they are', () => {
    expect(resolve({ maximum_A: 13, priority: 2 }).settings).toMatchObject({
      personMaximum_A: 13,
      priority: 2,
    });
  });

  it('for least laxity only a departure that somebody named counts, with an energy', () => {
    const departures = [{ days: always, at: '22:00' }];
    const departureOf = (some: Partial<Wishes>) => resolve(some).settings.departure;
    expect(departureOf({ departures })).toBeNull();
    expect(departureOf({ energy_Wh: 9_000 })).toBeNull();
    expect(departureOf({ departures, energy_Wh: 9_000 })).toEqual({ at: hours(4), remaining_Wh: 9_000 });
    expect(departureOf({ departures, mode: 'price' })).toEqual({
      at: hours(4),
      remaining_Wh: wishPolicy.assumedEnergy_Wh,
    });
  });

  it('holds until the departure, the end of a boost or the next price, whichever is first', () => {
    const departures = [{ days: always, at: '22:00' }];
    const untilOf = (some: Partial<Wishes>, prices: readonly number[] = []) =>
      resolve(some, prices).validUntil;
    expect(untilOf({ departures, energy_Wh: 9_000 })).toBe(hours(4));
    expect(untilOf({ departures, energy_Wh: 9_000, boostUntil: hours(1) })).toBe(hours(1));
    expect(untilOf({ departures, energy_Wh: 9_000, boostUntil: hours(5) })).toBe(hours(4));
    const passed = (departure: number) => ({ goal: { departure: hours(departure), energy_Wh: 9_000 } });
    expect([untilOf(passed(-1)), untilOf(passed(0)), untilOf(passed(0.5))]).toEqual([null, null, hours(0.5)]);
    const priced = (from: number, until: number) =>
      resolveWishes(
        wishes({ mode: 'price', energy_Wh: 30_000, departures }),
        session,
        { timeZone: 'UTC', prices: [{ from: hours(from), until: hours(until), perKWh: 1 }] },
        now,
      ).validUntil;
    expect([priced(-2, 0.1), priced(-1, 0), priced(0.2, 2)]).toEqual([hours(0.1), hours(0.25), hours(0.2)]);
  });

  it('plans with a share of the full power: fuses and other cars take the rest', () => {
    // 10.5 kWh at 10 kW are more than the one cheap hour; at the full power they would be less.
    const wanted: Partial<Wishes> = {
      mode: 'price',
      energy_Wh: 10_500,
      goal: { departure: hours(2), energy_Wh: null },
    };
    expect(resolve(wanted, [5, 1]).settings.pausedBy).toBeNull();
  });

  it('what is hardly missing is not worth another start', () => {
    const got = (missing_Wh: number) =>
      resolve({ mode: 'price', energy_Wh: 10_000 }, [1], {
        ...session,
        delivered_Wh: 10_000 - missing_Wh,
      }).settings.pausedBy;
    expect([wishPolicy.enough_Wh, wishPolicy.enough_Wh + 1].map(got)).toEqual(['goal', null]);
  });

  it('without a session there is nothing to plan', () => {
    expect(resolve({ mode: 'price', energy_Wh: 1 }, [1], null).settings.pausedBy).toBeNull();
  });
});
