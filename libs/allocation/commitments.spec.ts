import { describe, expect, it } from '@jest/globals';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { Commitment } from './commitments.js';

const at = (seconds: number) => epochMilliseconds(1_000_000 + seconds * 1_000);
const setpoint = (limitId: string, current_A: number, until_s: number) => ({
  limitId,
  current_A,
  numberPhases: null,
  leaseUntil: at(until_s),
});

/** A charger of 32 A whose standing default of 6 A is known and about whom no earlier life left a doubt. */
const settled = (): Commitment => {
  const commitment = new Commitment(32, at(0));
  commitment.sentFallback('default', 6, null);
  commitment.answered('default', 'accepted');
  return commitment;
};

describe('what may be in force at a charger (I1)', () => {
  it('counts the hardware maximum until a standing default is confirmed', () => {
    expect(new Commitment(32, at(0)).largest_A(at(5))).toBe(32);
    expect(settled().largest_A(at(5))).toBe(6);
  });

  it('counts the hardware maximum for one lease after a restart, even with a known default', () => {
    const commitment = new Commitment(32, at(60));
    commitment.knowFallback(6);
    expect(commitment.largest_A(at(59))).toBe(32);
    expect(commitment.largest_A(at(60))).toBe(6);
  });

  it('counts the larger of the accepted setpoint and one on its way', () => {
    const commitment = settled();
    commitment.sent(setpoint('a', 10, 60));
    expect(commitment.largest_A(at(1))).toBe(10);
    commitment.answered('a', 'accepted');
    commitment.sent(setpoint('b', 16, 61));
    expect(commitment.largest_A(at(2))).toBe(16);
    expect(commitment.smallest_A(at(2))).toBe(10);
  });

  it('does not believe a decrease before it is accepted', () => {
    const commitment = settled();
    commitment.sent(setpoint('a', 16, 60));
    commitment.answered('a', 'accepted');
    commitment.sent(setpoint('b', 8, 61));
    expect(commitment.largest_A(at(2))).toBe(16);
    commitment.answered('b', 'accepted');
    expect(commitment.largest_A(at(3))).toBe(8);
  });

  it('keeps a setpoint whose answer is lost until its lease ends', () => {
    const commitment = settled();
    commitment.sent(setpoint('a', 16, 60));
    commitment.answered('a', 'unknown');
    expect(commitment.largest_A(at(59))).toBe(16);
    expect(commitment.largest_A(at(60))).toBe(6);
  });

  it('forgets a setpoint that was rejected or never left', () => {
    for (const outcome of ['rejected', 'undelivered'] as const) {
      const commitment = settled();
      commitment.sent(setpoint('a', 16, 60));
      commitment.answered('a', outcome);
      expect(commitment.largest_A(at(1))).toBe(6);
    }
  });

  it('lets a later acceptance supersede earlier open setpoints, and ignores late and double answers', () => {
    const commitment = settled();
    commitment.sent(setpoint('a', 20, 60));
    commitment.sent(setpoint('b', 8, 61));
    commitment.answered('b', 'accepted');
    expect(commitment.largest_A(at(2))).toBe(8);
    commitment.answered('a', 'accepted');
    commitment.answered('b', 'accepted');
    expect(commitment.largest_A(at(2))).toBe(8);
  });

  it('falls back to the standing default when the lease ends or a new transaction begins', () => {
    const commitment = settled();
    commitment.sent(setpoint('a', 20, 60));
    commitment.answered('a', 'accepted');
    expect(commitment.inForce(at(59))?.current_A).toBe(20);
    expect(commitment.inForce(at(60))).toBeNull();
    expect(commitment.largest_A(at(60))).toBe(6);
    commitment.restarted();
    expect(commitment.largest_A(at(30))).toBe(6);
  });

  it('keeps the old standing default when a new one is rejected', () => {
    const commitment = settled();
    commitment.sentFallback('other', 10, null);
    commitment.answered('other', 'rejected');
    expect(commitment.confirmedFallback?.current_A).toBe(6);
  });

  const onOne = (limitId: string, current_A: number, until_s: number) => ({
    ...setpoint(limitId, current_A, until_s),
    numberPhases: 1 as const,
  });
  const onThree = (limitId: string, current_A: number, until_s: number) => ({
    ...setpoint(limitId, current_A, until_s),
    numberPhases: 3 as const,
  });

  it('counts each set of lines for itself while setpoints for one and for three may be in force', () => {
    const commitment = settled();
    commitment.sent(onThree('a', 10, 60));
    commitment.answered('a', 'accepted');
    commitment.sent(onOne('b', 20, 61));
    expect(commitment.largestOnAll_A(at(1))).toBe(10);
    expect(commitment.largestOnOne_A(at(1))).toBe(20);
    expect(commitment.numberPhases(at(1))).toBeNull();
    commitment.answered('b', 'accepted');
    expect(commitment.largestOnAll_A(at(2))).toBe(0);
    expect(commitment.numberPhases(at(2))).toBe(1);
  });

  it('counts the standing default on its own lines once the lease for one line is over', () => {
    const commitment = new Commitment(32, at(0));
    commitment.sentFallback('default', 6, 3);
    commitment.answered('default', 'accepted');
    commitment.sent(onOne('a', 20, 60));
    commitment.answered('a', 'accepted');
    expect([commitment.numberPhases(at(59)), commitment.largestOnAll_A(at(59))]).toEqual([1, 0]);
    expect([commitment.numberPhases(at(60)), commitment.largestOnAll_A(at(60))]).toEqual([3, 6]);
  });

  it('is off only when nothing but 0 A may be in force, and undecided about what an earlier life left', () => {
    const commitment = settled();
    commitment.sent(onOne('a', 10, 60));
    commitment.answered('a', 'accepted');
    commitment.sent(onOne('b', 0, 61));
    expect(commitment.numberPhases(at(1))).toBe(1);
    commitment.answered('b', 'accepted');
    expect(commitment.numberPhases(at(2))).toBe(0);
    expect(new Commitment(32, at(60)).numberPhases(at(1))).toBeNull();
  });

  it('counts either of two standing defaults until the new one is answered, and after a lost answer too', () => {
    const commitment = new Commitment(32, at(0));
    commitment.sentFallback('default', 6, 1);
    commitment.answered('default', 'accepted');
    commitment.sentFallback('other', 8, 3);
    expect([commitment.numberPhases(at(1)), commitment.largestOnAll_A(at(1))]).toEqual([null, 8]);
    commitment.answered('other', 'unknown');
    expect([commitment.numberPhases(at(2)), commitment.largestOnAll_A(at(2))]).toEqual([null, 8]);
    commitment.sentFallback('again', 8, 3);
    commitment.answered('again', 'accepted');
    expect([commitment.numberPhases(at(3)), commitment.largestOnAll_A(at(3))]).toEqual([3, 8]);
  });

  it('I1 takes the word of a confirmed standing default once a new transaction begins, not before', () => {
    const commitment = new Commitment(32, at(60));
    commitment.knowFallback(6);
    expect(commitment.largest_A(at(1))).toBe(32);
    commitment.restarted();
    expect(commitment.largest_A(at(1))).toBe(6);
  });

  it('I1 knows the number of lines when all setpoints that may be in force agree, and from the first above 0 A', () => {
    const commitment = settled();
    commitment.sent(onThree('a', 10, 60));
    commitment.answered('a', 'accepted');
    commitment.sent(onThree('b', 12, 61));
    expect([commitment.numberPhases(at(1)), commitment.largestOnOne_A(at(1))]).toEqual([3, 0]);
    commitment.sent(onThree('c', 0, 62));
    commitment.answered('c', 'accepted');
    expect(commitment.numberPhases(at(2))).toBe(0);
    commitment.sent(onOne('d', 6, 63));
    expect([commitment.numberPhases(at(3)), commitment.largestOnOne_A(at(3))]).toEqual([1, 6]);
  });

  it('tells the least that may be in force, of accepted and open setpoints while their leases last', () => {
    const commitment = settled();
    expect(commitment.smallest_A(at(1))).toBe(6);
    expect(new Commitment(32, at(0)).smallest_A(at(1))).toBe(0);
    commitment.sent(setpoint('a', 16, 60));
    commitment.answered('a', 'accepted');
    expect(commitment.smallest_A(at(59))).toBe(16);
    commitment.sent(setpoint('b', 10, 50));
    expect([commitment.smallest_A(at(49)), commitment.smallest_A(at(50))]).toEqual([10, 16]);
    expect(commitment.smallest_A(at(60))).toBe(6);
  });

  it('names the latest setpoint without an answer until its lease ends', () => {
    const commitment = settled();
    expect(commitment.latestOpen(at(1))).toBeNull();
    commitment.sent(setpoint('a', 16, 60));
    commitment.sent(setpoint('b', 10, 70));
    commitment.sent(setpoint('c', 8, 50));
    expect(commitment.latestOpen(at(49))?.limitId).toBe('c');
    expect(commitment.latestOpen(at(50))?.limitId).toBe('b');
    expect(commitment.latestOpen(at(69))?.limitId).toBe('b');
    expect(commitment.latestOpen(at(70))).toBeNull();
  });

  it('I1 counts the larger of two standing defaults, on all lines where they differ in that', () => {
    const either = (first: readonly [number, 1 | 3], second: readonly [number, 1 | 3]) => {
      const commitment = new Commitment(32, at(0));
      commitment.sentFallback('first', ...first);
      commitment.answered('first', 'accepted');
      commitment.sentFallback('second', ...second);
      return [commitment.largestOnAll_A(at(1)), commitment.largestOnOne_A(at(1))];
    };
    expect(either([6, 3], [8, 3])).toEqual([8, 0]);
    expect(either([8, 1], [6, 1])).toEqual([0, 8]);
    expect(either([6, 1], [6, 3])).toEqual([6, 0]);
    expect(either([6, 1], [6, 1])).toEqual([0, 6]);
  });
});
