import { describe, expect, it } from '@jest/globals';
import { Street, told } from '#libs/testing/street.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import type { Decision } from './decision.js';
import { defaultPolicy } from './policy.js';

const { answerWithin, increaseInterval, renewBefore } = defaultPolicy;

/** The first car charges with its maximum; then a second one comes, and the first never answers again. */
function beside(
  fuse_A: number,
  first_A: number,
  options: { readonly step_A?: number; readonly assumedBase_A?: number },
): { readonly street: Street; readonly sent: readonly Decision[] } {
  const street = new Street(fuse_A, [first_A, 32], options);
  street.connect(0, 1);
  street.answer(street.decide());
  street.start(0);
  street.settle();
  street.start(1);
  return { street, sent: street.next() };
}
const ofSecond = (decisions: readonly Decision[]): string[] =>
  told(decisions.filter(({ index }) => index === 1));

describe('how far an increase goes', () => {
  it('I1: into what is left in steps of the charger, and not for less than half an ampere', () => {
    expect(told(beside(20, 13.5, { step_A: 0.1 }).sent)).toEqual([
      '0 decrease 10 A node-full',
      '1 increase 6.5 A waiting-for-others-to-reduce',
    ]);
    expect(told(beside(20, 13.7, { step_A: 0.1 }).sent)).toEqual([
      '0 decrease 10 A node-full',
      '1 decrease 6 A waiting-for-others-to-reduce',
    ]);
    expect(ofSecond(beside(20, 11, { step_A: 0.5 }).sent)).toEqual([
      '1 increase 9 A waiting-for-others-to-reduce',
    ]);
  });

  it('the last step to the target may be a small one', () => {
    const street = Street.settled(32, [10.3], { step_A: 0.1 });
    street.insist(0, 10);
    street.answer(street.next());
    street.settle();
    street.insist(0, 10.3);
    expect(told(street.next())).toEqual(['0 increase 10.3 A charger-maximum']);
  });

  it('never to less than the minimum of 6 A (IEC 61851-1): the car waits at 0 A', () => {
    // The house may take all of the fuse: the standing defaults are 0 A.
    const { street, sent } = beside(20, 17, { assumedBase_A: 20 });
    expect(street.state.fallback_A[1]).toBe(0);
    expect(ofSecond(sent)).toEqual(['1 decrease 0 A waiting-for-others-to-reduce']);
  });

  it('I1: a higher setpoint that may still be in force lends no room to others', () => {
    const { street, sent } = beside(32, 20, {});
    expect(told(sent)).toEqual(['0 decrease 16 A node-full', '1 increase 12 A waiting-for-others-to-reduce']);
    street.answer(sent.filter(({ index }) => index === 1));
    // The first never answered: it may still have its 20 A while it is told 18 A.
    street.insist(1, 14);
    street.wait(answerWithin);
    const later = street.next();
    expect(told(later)).toContain('0 increase 18 A node-full');
    expect(ofSecond(later).filter((each) => each.includes('increase'))).toEqual([]);
  });

  it('an absent charger is told nothing while others grow', () => {
    const street = Street.settled(40, [20, 20], {});
    street.insist(0, 10);
    street.answer(street.next());
    street.settle();
    street.tell(1, { type: 'disconnected' });
    street.wait(120_000);
    street.frame();
    const alone = street.decide();
    expect(told(alone)).toEqual(['0 increase 10 A person-maximum']);
    street.answer(alone);
    street.insist(0, 20);
    street.wait(increaseInterval);
    expect(told(street.next())).toEqual(['0 increase 20 A charger-maximum']);
  });
});

describe('a car that may have more once others have given way', () => {
  it('I1: is held at what it has, from the instant its lease must be renewed, not a millisecond before', () => {
    const { street, sent } = beside(32, 20, {});
    street.answer(sent.filter(({ index }) => index === 1));
    const { leaseUntil } = street.state.connectors[1]!.commitment.inForce(street.now)!;
    street.now = epochMilliseconds(leaseUntil - renewBefore);
    street.frame();
    expect(ofSecond(street.decide())).toEqual([]);
    street.wait(1);
    street.frame();
    const held = street.decide();
    expect(ofSecond(held)).toEqual(['1 renewal 12 A waiting-for-others-to-reduce']);
    expect(held.find(({ index }) => index === 1)).toMatchObject({
      reason: { code: 'waiting-for-others-to-reduce', nodeId: null, phase: null, source: 'allocator' },
    });
  });

  it('I12: without a new frame it is held, too, with the reason of its target', () => {
    const { street, sent } = beside(32, 20, {});
    street.answer(sent.filter(({ index }) => index === 1));
    const { leaseUntil } = street.state.connectors[1]!.commitment.inForce(street.now)!;
    street.now = epochMilliseconds(leaseUntil - renewBefore - 500);
    street.frame();
    street.decide();
    street.wait(501);
    expect(ofSecond(street.decide())).toEqual(['1 renewal 12 A node-full']);
  });

  it('I1: that rejects what it is told is asked again after a pause, with no more than it may have', () => {
    const { street, sent } = beside(20, 13.7, { step_A: 0.1 });
    street.answer(
      sent.filter(({ index }) => index === 1),
      'rejected',
    );
    street.wait(increaseInterval - 1);
    street.frame();
    expect(ofSecond(street.decide())).toEqual([]);
    street.wait(1);
    street.frame();
    expect(ofSecond(street.decide())).toEqual(['1 decrease 6 A waiting-for-others-to-reduce']);
  });

  it('without a new frame and without current it waits for others, whatever its target says', () => {
    const { street, sent } = beside(20, 17, { assumedBase_A: 20 });
    street.answer(
      sent.filter(({ index }) => index === 1),
      'rejected',
    );
    street.wait(increaseInterval - 1_000);
    street.frame();
    street.decide();
    street.wait(1_000);
    expect(ofSecond(street.decide())).toEqual(['1 decrease 0 A waiting-for-others-to-reduce']);
  });
});

describe('a charger of which nothing is known to be in force', () => {
  it('I13: is told at once what its standing default allows; after it rejected that, again after a pause', () => {
    const street = new Street(6, [20], {});
    street.connect(0);
    street.answer(street.decide());
    street.start(0);
    const sent = street.next();
    expect(told(sent)).toEqual(['0 decrease 6 A node-full']);
    street.answer(sent, 'rejected');
    street.wait(increaseInterval - 1);
    street.frame();
    expect(told(street.decide())).toEqual([]);
    street.wait(1);
    street.frame();
    expect(told(street.decide())).toEqual(['0 decrease 6 A node-full']);
  });

  it('hears nothing more while its answer is out', () => {
    const street = new Street(6, [20], {});
    street.connect(0);
    street.answer(street.decide());
    street.start(0);
    street.next();
    street.wait(answerWithin - 1_001);
    expect(told(street.next())).toEqual([]);
    expect(told(street.next())).toEqual(['0 renewal 6 A node-full']);
  });
});

describe('what a renewal leaves alone', () => {
  it('I13: the instant of the last change of the setpoint: a car had long had time to follow', () => {
    const street = Street.settled(32, [20], {});
    const connector = street.state.connectors[0]!;
    const changedAt = connector.setpointChangedAt;
    const { leaseUntil } = connector.commitment.inForce(street.now)!;
    street.now = epochMilliseconds(leaseUntil - renewBefore + 1);
    street.frame();
    expect(told(street.decide())).toEqual(['0 renewal 20 A charger-maximum']);
    expect(connector.setpointChangedAt).toBe(changedAt);
    street.insist(0, 19);
    street.next();
    expect(connector.setpointChangedAt).toBe(street.now);
  });
});
