import { describe, expect, it } from '@jest/globals';
import type { ChargingProfile } from './charging-profile.js';
import { ProfileStore } from './profile-store.js';

const hardware = { limit_A: 32, phases: 3 };
const now_ms = Date.parse('2026-01-05T08:00:00Z');
const transaction = { transactionId: 7, startedAt_ms: now_ms };
let nextId = 1;

function profile(
  purpose: ChargingProfile['chargingProfilePurpose'],
  limit: number,
  changes: Partial<ChargingProfile> = {},
): ChargingProfile {
  return {
    chargingProfileId: nextId++,
    stackLevel: 0,
    chargingProfilePurpose: purpose,
    chargingProfileKind: 'Absolute',
    chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit }] },
    ...changes,
  };
}
const limit_A = (store: ProfileStore, at_ms = now_ms): number =>
  store.offer(1, at_ms, transaction, hardware).limit_A;

describe('charging profiles (OCPP 1.6 3.13)', () => {
  it('3.13: without any profile the charger offers its hardware maximum', () => {
    expect(limit_A(new ProfileStore(230))).toBe(32);
  });

  it('3.13.1: a TxProfile overrules the TxDefaultProfile; its validTo ends the lease and the default returns', () => {
    const store = new ProfileStore(230);
    store.set(1, profile('TxDefaultProfile', 6), transaction);
    const validTo = new Date(now_ms + 60_000).toISOString();
    store.set(1, profile('TxProfile', 13, { transactionId: 7, validTo }), transaction);
    expect(limit_A(store)).toBe(13);
    expect(limit_A(store, now_ms + 59_999)).toBe(13);
    expect(limit_A(store, now_ms + 60_000)).toBe(6);
  });

  it('3.13.1: ChargePointMaxProfile caps whatever the transaction may have', () => {
    const store = new ProfileStore(230);
    store.set(0, profile('ChargePointMaxProfile', 10), null);
    store.set(1, profile('TxProfile', 20), transaction);
    expect(limit_A(store)).toBe(10);
    store.set(1, profile('TxProfile', 8), transaction);
    expect(limit_A(store)).toBe(8);
  });

  it('3.13.2: the highest stack level leads; the same level replaces', () => {
    const store = new ProfileStore(230);
    store.set(1, profile('TxProfile', 20, { stackLevel: 1 }), transaction);
    store.set(1, profile('TxProfile', 9, { stackLevel: 3 }), transaction);
    expect(limit_A(store)).toBe(9);
    store.set(1, profile('TxProfile', 11, { stackLevel: 3 }), transaction);
    expect([limit_A(store), store.size]).toEqual([11, 2]);
  });

  it('5.16: refuses a TxProfile without its transaction and a station maximum on a connector', () => {
    const store = new ProfileStore(230);
    expect(store.set(1, profile('TxProfile', 10), null)).toBe('Rejected');
    expect(store.set(1, profile('TxProfile', 10, { transactionId: 8 }), transaction)).toBe('Rejected');
    expect(store.set(1, profile('ChargePointMaxProfile', 10), null)).toBe('Rejected');
    expect(store.size).toBe(0);
  });

  it('a TxProfile dies with its transaction, the default stays', () => {
    const store = new ProfileStore(230);
    store.set(0, profile('TxDefaultProfile', 7), null);
    store.set(1, profile('TxProfile', 16), transaction);
    store.transactionEnded(1);
    expect(limit_A(store)).toBe(7);
  });

  it('5.3: clears by id or by everything that is named', () => {
    const store = new ProfileStore(230);
    const kept = profile('TxDefaultProfile', 7);
    store.set(0, kept, null);
    store.set(1, profile('TxProfile', 16, { stackLevel: 2 }), transaction);
    expect(store.clear({ chargingProfilePurpose: 'TxProfile', stackLevel: 1 })).toBe('Unknown');
    expect(store.clear({ chargingProfilePurpose: 'TxProfile', stackLevel: 2 })).toBe('Accepted');
    expect(store.clear({ id: kept.chargingProfileId })).toBe('Accepted');
    expect(store.size).toBe(0);
  });

  it('steps through the periods of a schedule and ends with its duration', () => {
    const store = new ProfileStore(230);
    const chargingSchedule = {
      startSchedule: new Date(now_ms).toISOString(),
      duration: 120,
      chargingRateUnit: 'A' as const,
      chargingSchedulePeriod: [
        { startPeriod: 0, limit: 0 },
        { startPeriod: 60, limit: 12, numberPhases: 1 },
      ],
    };
    store.set(1, profile('TxProfile', 0, { chargingSchedule }), transaction);
    expect(limit_A(store)).toBe(0);
    expect(store.offer(1, now_ms + 60_000, transaction, hardware)).toEqual({ limit_A: 12, phases: 1 });
    expect(limit_A(store, now_ms + 120_000)).toBe(32);
  });

  it('converts watts with the lines in use', () => {
    const store = new ProfileStore(230);
    const chargingSchedule = {
      chargingRateUnit: 'W' as const,
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 6_900, numberPhases: 3 }],
    };
    store.set(1, profile('TxProfile', 0, { chargingSchedule }), transaction);
    expect(limit_A(store)).toBeCloseTo(10);
  });
});
