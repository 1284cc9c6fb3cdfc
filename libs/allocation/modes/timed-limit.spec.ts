import { describe, expect, it } from '@jest/globals';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { limitsInForce, nextLimitChange, type TimedLimit } from './timed-limit.js';

const at = (instant: number) => epochMilliseconds(instant);
const limit = (from: number, until: number | null): TimedLimit => ({
  nodeId: 'grid',
  limit_A: [10, 10, 10],
  source: 'grid-operator',
  from: at(from),
  until: until === null ? null : at(until),
});

describe('agreed limits by the clock (I1)', () => {
  it('I1: one holds from its first millisecond until before its last, without an end for ever', () => {
    const bounded = limit(100, 200);
    const held = (now: number) => limitsInForce([bounded], at(now)).length;
    expect([99, 100, 199, 200].map(held)).toEqual([0, 1, 1, 0]);
    expect(limitsInForce([limit(100, null)], at(1_000_000))).toHaveLength(1);
    expect(limitsInForce([limit(100, null), bounded, limit(0, 50)], at(150))).toEqual([
      limit(100, null),
      bounded,
    ]);
  });

  it('I1: the next change is the nearest beginning or end of any of them after now', () => {
    const limits = [limit(300, 500), limit(100, 200), limit(50, null)];
    const next = (now: number) => nextLimitChange(limits, at(now));
    expect([0, 49, 50, 99, 100, 199, 200, 300].map(next)).toEqual([50, 50, 100, 100, 200, 200, 300, 500]);
    expect(next(500)).toBeNull();
    expect(nextLimitChange([], at(0))).toBeNull();
    expect(nextLimitChange([limit(100, 200), limit(300, 500)], at(100))).toBe(200);
  });
});
