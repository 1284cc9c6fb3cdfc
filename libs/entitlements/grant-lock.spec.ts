import { describe, expect, it } from '@jest/globals';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { isLocked, lastRevocableAt, lockAnchors, type Lockable } from './grant-lock.js';
import { grantRoles } from './role.js';

const hours72_ms = 72 * 3_600_000;
/** The night in which Europe puts the clocks back: hours are hours. */
const granted = Date.UTC(2026, 9, 24, 22, 0);
const grant = (more: Partial<Lockable>): Lockable => ({
  role: 'installation-manager',
  grantedAt: epochMilliseconds(granted),
  processedAt: epochMilliseconds(granted + 1_000),
  ...more,
});
const lockedAt = (one: Lockable, anchor: (typeof lockAnchors)[number], offset_ms: number): boolean =>
  isLocked(one, anchor, epochMilliseconds(granted + offset_ms));

describe('the lock of 72 hours', () => {
  it('CS-21: at 72:00:00.000 from the grant it opens, a millisecond later not', () => {
    expect(lockedAt(grant({}), 'grantedAt', hours72_ms)).toBe(false);
    expect(lockedAt(grant({}), 'grantedAt', hours72_ms + 1)).toBe(true);
  });

  it('CS-22: counted from the taking over where that is configured', () => {
    expect(lockedAt(grant({}), 'processedAt', hours72_ms + 1_000)).toBe(false);
    expect(lockedAt(grant({}), 'processedAt', hours72_ms + 1_001)).toBe(true);
  });

  it('CS-22: what nobody took over is never locked', () => {
    for (const anchor of lockAnchors) {
      expect(lockedAt(grant({ processedAt: null }), anchor, 10 * hours72_ms)).toBe(false);
    }
  });

  it('CS-24, CS-29: no other role is ever locked', () => {
    for (const role of grantRoles.filter((each) => each !== 'installation-manager')) {
      for (const anchor of lockAnchors) {
        expect(lastRevocableAt(grant({ role }), anchor)).toBeNull();
        expect(lockedAt(grant({ role }), anchor, 10 * hours72_ms)).toBe(false);
      }
    }
  });
});
