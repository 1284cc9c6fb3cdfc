import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EventQueue } from './event-queue.js';

describe('EventQueue', () => {
  it('runs actions by time, and those of one instant in the order they were asked for', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 60 }), (delays) => {
        const queue = new EventQueue(1_000);
        const ran: { at: number; number: number }[] = [];
        delays.forEach((delay, number) =>
          queue.after(delay, () => ran.push({ at: queue.now_ms - 1_000, number })),
        );
        queue.runUntil(2_000);
        const expected = delays
          .map((at, number) => ({ at, number }))
          .toSorted((a, b) => a.at - b.at || a.number - b.number);
        expect(ran).toEqual(expected);
      }),
    );
  });

  it('runs what an action asks for within the same span, and leaves later actions for later', () => {
    const queue = new EventQueue(0);
    const ran: string[] = [];
    queue.at(10, () => {
      ran.push('first');
      queue.after(5, () => ran.push('asked for meanwhile'));
    });
    queue.at(16, () => ran.push('later'));
    queue.runUntil(15);
    expect(ran).toEqual(['first', 'asked for meanwhile']);
    expect(queue.now_ms).toBe(15);
    queue.runUntil(16);
    expect(ran).toEqual(['first', 'asked for meanwhile', 'later']);
  });

  it('treats an instant of the past as now', () => {
    const queue = new EventQueue(100);
    let ranAt = 0;
    queue.at(50, () => (ranAt = queue.now_ms));
    queue.runUntil(200);
    expect(ranAt).toBe(100);
  });
});
