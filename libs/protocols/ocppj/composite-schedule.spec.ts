import { describe, expect, it } from '@jest/globals';
import { compositeSchedule } from './composite-schedule.js';
import type { ChargingProfile } from './charging-profile.js';
import { ProfileStore } from './profile-store.js';

const now_ms = Date.parse('2026-03-02T17:00:00Z');
const at = (seconds: number): string => new Date(now_ms + seconds * 1_000).toISOString();
const outlet = { number: 1, hardware: { limit_A: 32, phases: 3 }, transaction: null };
let id = 0;
const profile = (
  changes: Partial<ChargingProfile>,
  schedule: Partial<ChargingProfile['chargingSchedule']>,
): ChargingProfile => ({
  chargingProfileId: ++id,
  stackLevel: 0,
  chargingProfilePurpose: 'TxDefaultProfile',
  chargingProfileKind: 'Absolute',
  ...changes,
  chargingSchedule: {
    chargingRateUnit: 'A',
    chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }],
    ...schedule,
  },
});
const compose = (
  store: ProfileStore,
  outlets: readonly (typeof outlet)[],
  duration_s: number,
  unit: 'A' | 'W',
): [number, number][] =>
  compositeSchedule(store, outlets, now_ms, duration_s, unit, 230).map(({ startPeriod, limit }) => [
    startPeriod,
    limit,
  ]);

describe('OCPP 1.6 5.7, OCPP 2.0.1 K08: a composite schedule', () => {
  it('is the hardware maximum without any profile', () => {
    expect(compose(new ProfileStore(230), [outlet], 600, 'A')).toEqual([[0, 32]]);
  });

  it('changes at every period, and falls back when the profile ends', () => {
    const store = new ProfileStore(230);
    const chargingSchedulePeriod = [
      { startPeriod: 0, limit: 10 },
      { startPeriod: 300, limit: 20 },
    ];
    store.set(1, profile({}, { startSchedule: at(-60), duration: 600, chargingSchedulePeriod }), null);
    expect(compose(store, [outlet], 900, 'A')).toEqual([
      [0, 10],
      [240, 20],
      [540, 32],
    ]);
  });

  it('the higher stack level leads while it is valid, and the charger maximum caps both', () => {
    const store = new ProfileStore(230);
    store.set(
      0,
      profile(
        { chargingProfilePurpose: 'ChargePointMaxProfile' },
        {
          chargingSchedulePeriod: [{ startPeriod: 0, limit: 25 }],
        },
      ),
      null,
    );
    store.set(
      1,
      profile(
        { stackLevel: 1, validFrom: at(100), validTo: at(200) },
        {
          chargingSchedulePeriod: [{ startPeriod: 0, limit: 30 }],
        },
      ),
      null,
    );
    store.set(1, profile({ stackLevel: 0 }, {}), null);
    expect(compose(store, [outlet], 600, 'A')).toEqual([
      [0, 16],
      [100, 25],
      [200, 16],
    ]);
  });

  it('a daily schedule repeats on every day of the span', () => {
    const store = new ProfileStore(230);
    const chargingSchedulePeriod = [
      { startPeriod: 0, limit: 6 },
      { startPeriod: 8 * 3_600, limit: 24 },
    ];
    const daily = { chargingProfileKind: 'Recurring', recurrencyKind: 'Daily' } as const;
    store.set(1, profile(daily, { startSchedule: '2026-02-01T00:00:00Z', chargingSchedulePeriod }), null);
    expect(compose(store, [outlet], 40 * 3_600, 'A')).toEqual([
      [0, 24],
      [7 * 3_600, 6],
      [15 * 3_600, 24],
      [31 * 3_600, 6],
      [39 * 3_600, 24],
    ]);
  });

  it('a relative schedule counts from the start of the transaction', () => {
    const store = new ProfileStore(230);
    const transaction = { transactionId: 7, startedAt_ms: now_ms - 50_000 };
    const chargingSchedulePeriod = [
      { startPeriod: 0, limit: 8 },
      { startPeriod: 60, limit: 12 },
    ];
    store.set(
      1,
      profile(
        { chargingProfileKind: 'Relative', chargingProfilePurpose: 'TxProfile' },
        {
          chargingSchedulePeriod,
        },
      ),
      transaction,
    );
    const running = { ...outlet, transaction };
    expect(compositeSchedule(store, [running], now_ms, 60, 'A', 230)).toEqual([
      { startPeriod: 0, limit: 8, numberPhases: 3 },
      { startPeriod: 10, limit: 12, numberPhases: 3 },
    ]);
  });

  it('OCPP 1.6 7.8: validFrom is part of the profile, validTo is not', () => {
    const store = new ProfileStore(230);
    store.set(1, profile({ validFrom: at(10), validTo: at(20) }, {}), null);
    expect(compose(store, [outlet], 60, 'A')).toEqual([
      [0, 32],
      [10, 16],
      [20, 32],
    ]);
  });

  it('a weekly schedule crosses midnight and the end of the week', () => {
    const store = new ProfileStore(230);
    // Sundays from 22:00 on for four hours, asked for on a Monday.
    const weekly = { chargingProfileKind: 'Recurring', recurrencyKind: 'Weekly' } as const;
    store.set(1, profile(weekly, { startSchedule: '2026-02-08T22:00:00Z', duration: 4 * 3_600 }), null);
    const untilSunday_s = (6 * 24 + 5) * 3_600;
    expect(compose(store, [outlet], 7 * 86_400, 'A')).toEqual([
      [0, 32],
      [untilSunday_s, 16],
      [untilSunday_s + 4 * 3_600, 32],
    ]);
  });

  it('OCPP 1.6 7.8: an absolute schedule without a start counts from the start of charging', () => {
    const store = new ProfileStore(230);
    store.set(1, profile({}, { duration: 100 }), null);
    const transaction = { transactionId: 7, startedAt_ms: now_ms - 40_000 };
    expect(compositeSchedule(store, [{ ...outlet, transaction }], now_ms, 600, 'A', 230)).toEqual([
      { startPeriod: 0, limit: 16, numberPhases: 3 },
      { startPeriod: 60, limit: 32, numberPhases: 3 },
    ]);
  });

  it('what is for the whole station caps the sum of its outlets', () => {
    const store = new ProfileStore(230);
    const most = { chargingProfilePurpose: 'ChargePointMaxProfile' } as const;
    store.set(0, profile(most, { chargingSchedulePeriod: [{ startPeriod: 0, limit: 20 }] }), null);
    expect(compose(store, [outlet, { ...outlet, number: 2 }], 60, 'A')).toEqual([[0, 20]]);
    expect(compose(store, [outlet, { ...outlet, number: 2 }], 60, 'W')).toEqual([[0, 20 * 3 * 230]]);
  });

  it('speaks watts, and adds the outlets up', () => {
    const store = new ProfileStore(230);
    store.set(1, profile({}, {}), null);
    expect(compose(store, [outlet, { ...outlet, number: 2 }], 60, 'A')).toEqual([[0, 48]]);
    expect(compose(store, [outlet], 60, 'W')).toEqual([[0, 16 * 3 * 230]]);
  });
});
