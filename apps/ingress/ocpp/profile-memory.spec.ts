import { describe, expect, it } from '@jest/globals';
import type { ChargingProfile } from '#libs/protocols/ocppj/charging-profile.js';
import { ProfileMemory } from './profile-memory.js';

const now_ms = Date.parse('2026-03-02T17:00:00Z');
const profile = (change: Partial<ChargingProfile>, limit: number): ChargingProfile => ({
  chargingProfileId: 1,
  stackLevel: 0,
  chargingProfilePurpose: 'TxDefaultProfile',
  chargingProfileKind: 'Absolute',
  ...change,
  chargingSchedule: {
    startSchedule: '1970-01-01T00:00:00Z',
    chargingRateUnit: 'A',
    chargingSchedulePeriod: [{ startPeriod: 0, limit }],
  },
});
const set = (connector: number, set: ChargingProfile) => ({ kind: 'set', connector, profile: set }) as const;
const clear = (id: number) => ({ kind: 'clear', request: { id } }) as const;

describe('what a charger accepted on one connection', () => {
  it('a clear that nobody answered leaves it open until the same one is answered', () => {
    const memory = new ProfileMemory();
    memory.changed(set(1, profile({}, 10)), 'accepted', now_ms);
    memory.changed(clear(1), 'unknown', now_ms);
    expect([memory.isCertain, memory.limit_A(1, now_ms)]).toEqual([false, null]);
    memory.changed(clear(1), 'accepted', now_ms);
    expect([memory.isCertain, memory.limit_A(1, now_ms)]).toEqual([true, null]);
  });

  it('a profile that nobody answered is settled by one that takes its place, or by its clear', () => {
    for (const settling of [set(1, profile({ chargingProfileId: 2 }, 8)), clear(1)]) {
      const memory = new ProfileMemory();
      memory.changed(set(1, profile({}, 10)), 'unknown', now_ms);
      expect(memory.isCertain).toBe(false);
      memory.changed(settling, 'accepted', now_ms);
      expect(memory.isCertain).toBe(true);
    }
  });

  it('a profile that cannot be computed ends all conclusions on this connection', () => {
    const memory = new ProfileMemory();
    memory.changed({ kind: 'unreadable' }, 'declined', now_ms);
    expect(memory.isCertain).toBe(true);
    memory.changed({ kind: 'unreadable' }, 'accepted', now_ms);
    expect(memory.isCertain).toBe(false);
  });

  it('is bounded, and says that it then knows not everything', () => {
    const memory = new ProfileMemory();
    const level = (stackLevel: number) => profile({ chargingProfileId: stackLevel + 1, stackLevel }, 10);
    for (let stackLevel = 0; stackLevel < 64; stackLevel++)
      memory.changed(set(1, level(stackLevel)), 'accepted', now_ms);
    expect(memory.isCertain).toBe(true);
    memory.changed(set(1, level(64)), 'accepted', now_ms);
    expect(memory.isCertain).toBe(false);
  });

  it('OCPP 1.6 3.13.1: the maximum confirmed earlier counts until another one is accepted', () => {
    const memory = new ProfileMemory();
    memory.changed(set(1, profile({}, 16)), 'accepted', now_ms);
    const limits = () => memory.schedule(1, now_ms, 60, 8).map(({ limit }) => limit);
    expect(limits()).toEqual([8]);
    const maximum = profile({ chargingProfileId: 2, chargingProfilePurpose: 'ChargePointMaxProfile' }, 12);
    memory.changed(set(0, maximum), 'accepted', now_ms);
    expect(limits()).toEqual([12]);
  });

  it('a start told again, or an old one from an offline queue, changes nothing', () => {
    const memory = new ProfileMemory();
    expect(memory.transactionStarted(1, 7, now_ms)).toBe(true);
    expect(memory.transactionStarted(1, 7, now_ms + 1)).toBe(false);
    expect(memory.transactionStarted(1, 6, now_ms + 1)).toBe(false);
    expect(memory.transactionEnded(1, 6)).toBe(false);
    expect(memory.isRunning(1)).toBe(true);
    expect(memory.transactionEnded(1, 7)).toBe(true);
    expect(memory.isRunning(1)).toBe(false);
  });
});
