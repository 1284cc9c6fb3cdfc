import { describe, expect, it } from '@jest/globals';
import { Street, told } from '#libs/testing/street.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { defaultPolicy } from './policy.js';

describe('standing defaults at the chargers (I11)', () => {
  it('I11: is offered on every connection, once until the answer is overdue, and to nobody who is not there', () => {
    const street = new Street(32, [32, 32], {});
    street.connect(0);
    const offered = street.decide();
    expect(offered).toMatchObject([
      { index: 0, kind: 'fallback', current_A: 6, transactionId: null, leaseUntil: null, numberPhases: null },
    ]);
    expect(offered.map(({ reason }) => reason)).toEqual([
      { code: 'fallback', nodeId: null, phase: null, source: 'allocator' },
    ]);
    street.wait(defaultPolicy.answerWithin - 1);
    expect(street.decide()).toEqual([]);
    street.wait(1);
    const again = street.decide();
    expect(told(again)).toEqual(['0 fallback 6 A fallback']);
    street.answer(again);
    street.wait(defaultPolicy.answerWithin);
    expect(street.decide()).toEqual([]);
    street.connect(0);
    expect(told(street.decide())).toEqual(['0 fallback 6 A fallback']);
  });

  it('I11: is offered again when it was rejected', () => {
    const street = new Street(32, [32], {});
    street.connect(0);
    street.answer(street.decide(), 'rejected');
    street.wait(defaultPolicy.answerWithin - 1);
    expect(street.decide()).toEqual([]);
    street.wait(1);
    expect(told(street.decide())).toEqual(['0 fallback 6 A fallback']);
  });
});

describe('leases', () => {
  it('are renewed once less than their time is left, not for an absent charger or after the end', () => {
    const street = Street.settled(32, [20], {});
    const { leaseUntil, current_A } = street.state.connectors[0]!.commitment.inForce(street.now)!;
    expect(current_A).toBe(20);
    street.now = epochMilliseconds(leaseUntil - defaultPolicy.renewBefore);
    street.frame();
    expect(street.decide()).toEqual([]);
    street.wait(1);
    street.tell(0, { type: 'disconnected' });
    expect(street.decide()).toEqual([]);
    street.tell(0, { type: 'connected' });
    street.tell(0, { type: 'ended', transactionId: 1 });
    expect(street.decide().filter(({ kind }) => kind !== 'fallback')).toEqual([]);
    const other = Street.settled(32, [20], {});
    other.now = epochMilliseconds(leaseUntil - defaultPolicy.renewBefore + 1);
    other.frame();
    const renewed = other.decide();
    expect(told(renewed)).toEqual(['0 renewal 20 A charger-maximum']);
    expect(renewed[0]!.leaseUntil).toBe(other.now + defaultPolicy.lease);
  });

  it('are sent again when the answer is overdue, and not before', () => {
    const street = Street.settled(32, [20], {});
    street.insist(0, 10);
    expect(told(street.next())).toEqual(['0 decrease 10 A person-maximum']);
    street.wait(defaultPolicy.answerWithin - 1_001);
    street.frame();
    expect(street.next().length).toBe(0);
    street.wait(1);
    street.frame();
    expect(told(street.decide())).toEqual(['0 renewal 10 A person-maximum']);
  });
});

describe('increases', () => {
  it('I1: go only into room that is not committed elsewhere, and the rest follows once that is confirmed', () => {
    const two = Street.settled(32, [20, 32], {});
    two.tell(1, { type: 'ended', transactionId: 2 });
    two.settle();
    expect(two.state.connectors[0]!.commitment.inForce(two.now)?.current_A).toBe(20);
    two.tell(1, { type: 'started', transactionId: 9, resumed: false });
    const sent = two.next();
    expect(told(sent)).toEqual(['0 decrease 16 A node-full', '1 increase 12 A waiting-for-others-to-reduce']);
    two.answer(sent.filter(({ index }) => index === 1));
    two.wait(defaultPolicy.increaseInterval);
    expect(two.next().filter(({ kind }) => kind === 'increase')).toEqual([]);
    two.answer(sent);
    expect(told(two.next())).toEqual(['1 increase 16 A node-full']);
  });

  it('I12: need a frame that has not been used, and their pause, where there is a meter', () => {
    const street = Street.settled(32, [20], {});
    street.insist(0, 10);
    street.answer(street.next());
    street.settle();
    street.insist(0, 12);
    expect(street.decide()).toEqual([]);
    street.frame();
    expect(street.decide()).toEqual([]);
    const raised = street.next();
    expect(told(raised)).toEqual(['0 increase 12 A person-maximum']);
    street.answer(raised);
    street.insist(0, 14);
    street.wait(defaultPolicy.increaseInterval - 1);
    street.frame();
    expect(street.decide()).toEqual([]);
    street.wait(1);
    street.frame();
    expect(told(street.decide())).toEqual(['0 increase 14 A person-maximum']);
  });

  it('I1: what one was given is no longer there for the next in the same decision', () => {
    const street = Street.settled(40, [20, 20, 20], {});
    for (const index of [1, 2]) street.tell(index, { type: 'ended', transactionId: index + 1 });
    street.settle();
    for (const index of [1, 2]) street.tell(index, { type: 'started', transactionId: 9, resumed: false });
    const sent = street.next();
    const inForce_A = street.state.connectors[0]!.commitment.largest_A(street.now);
    const raised_A = sent
      .filter(({ kind }) => kind === 'increase')
      .reduce((sum, { current_A }) => sum + current_A, 0);
    // 6 A of the third are in force already.
    expect([inForce_A, raised_A]).toEqual([20, 14]);
  });

  it('need no frame where no meter is', () => {
    const street = Street.settled(32, [20], { metered: false });
    street.insist(0, 10);
    street.answer(street.decide());
    street.wait(30_000);
    street.answer(street.decide());
    street.insist(0, 12);
    expect(told(street.decide())).toEqual(['0 increase 12 A person-maximum']);
  });

  it('I13: come last, decreases first', () => {
    const street = Street.settled(42, [20, 20, 20], {});
    expect(
      street.state.connectors.map(({ commitment }) => commitment.inForce(street.now)?.current_A),
    ).toEqual([14, 14, 14]);
    street.insist(2, 6);
    street.tell(0, { type: 'connected' });
    const sent = street.next();
    expect(told(sent).map((each) => each.split(' ').slice(0, 2).join(' '))).toEqual([
      '2 decrease',
      '0 fallback',
    ]);
    street.answer(sent);
    expect(told(street.next())).toEqual(['0 increase 18 A node-full', '1 increase 18 A node-full']);
  });
});
