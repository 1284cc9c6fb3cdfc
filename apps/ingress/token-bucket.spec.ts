import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '#libs/testing/manual-clock.js';
import { epochMilliseconds, milliseconds } from '#libs/units/quantities.js';
import { TokenBucket } from './token-bucket.js';

describe('token bucket', () => {
  it('lets a burst through, then says how long to wait, and fills again', () => {
    const clock = new ManualClock();
    const bucket = new TokenBucket(clock, 2, 10);
    expect([bucket.take(), bucket.take(), bucket.take(), bucket.take()]).toEqual([0, 0, 100, 200]);
    clock.advance(milliseconds(200));
    expect(bucket.take()).toBe(100);
    clock.advance(milliseconds(1_000_000));
    expect([bucket.take(), bucket.take(), bucket.take()]).toEqual([0, 0, 100]);
  });

  it('a clock that is set back takes nothing away', () => {
    const clock = new ManualClock(epochMilliseconds(1_000_000));
    const bucket = new TokenBucket(clock, 2, 10);
    clock.set(epochMilliseconds(0));
    expect([bucket.take(), bucket.take()]).toEqual([0, 0]);
  });
});
