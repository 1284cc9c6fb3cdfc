import { describe, expect, it } from '@jest/globals';
import { decline, delta, desire, dropWishes, emptyTwin, keyState, report, withdraw } from './twin.js';

const ada = { personId: 'ada', entitlement: 'owner:1' };

describe('the desired side of a twin', () => {
  it('rises by one with every wish and keeps who wished what, when and as which version', () => {
    const twin = desire(desire(emptyTwin, { a: 1, b: 2 }, 10, ada), { b: 3 }, 20, null);
    expect(twin).toMatchObject({ desired: { a: 1, b: 3 }, desiredVersion: 2 });
    expect(twin.wishes).toEqual({ a: { version: 1, at: 10, by: ada }, b: { version: 2, at: 20, by: null } });
  });

  it('a null takes a wish back and everything that was said of it', () => {
    const declined = decline(desire(emptyTwin, { a: 1 }, 1, ada), { a: 1 }, 2, 'no');
    const twin = desire(declined, { a: null }, 3, ada);
    expect(twin).toMatchObject({ desired: {}, wishes: {}, refusals: {}, desiredVersion: 2 });
  });

  it.each(['balancer', 'hub', 'phaseRotation'])(
    '%s is many settings: one of them leaves the others',
    (key) => {
      const twin = desire(desire(emptyTwin, { [key]: { x: 1, y: 2 } }, 1, ada), { [key]: { y: 3 } }, 2, ada);
      expect(twin.desired).toEqual({ [key]: { x: 1, y: 3 } });
    },
  );

  it('a goal is one value: the next session’s keeps nothing of the last one’s', () => {
    const twin = desire(desire(emptyTwin, { goal: { t: 1, e: 9 } }, 1, ada), { goal: { t: 2 } }, 2, ada);
    expect(twin.desired).toEqual({ goal: { t: 2 } });
  });

  it('what a cancelled command wished goes with it, unless somebody wished anew', () => {
    const twin = desire(desire(emptyTwin, { a: 1, b: 1 }, 1, ada), { b: 2 }, 2, ada);
    expect(withdraw(twin, 1, 3).desired).toEqual({ b: 2 });
    expect(withdraw(twin, 7, 3)).toBe(twin);
  });
});

describe('the reported side of a twin', () => {
  it('stale shadow from out-of-order updates: an older word never replaces a newer one', () => {
    const twin = report(report(emptyTwin, { a: 'new' }, 20), { a: 'old', b: 'first' }, 10);
    expect(twin.reported).toEqual({ a: 'new', b: 'first' });
    expect(report(twin, { a: null }, 19).reported).toEqual({ a: 'new', b: 'first' });
    expect(report(twin, { a: null }, 21).reported).toEqual({ b: 'first' });
  });

  it('said again it changes nothing, and no version', () => {
    const twin = report(emptyTwin, { a: 1 }, 5);
    expect(report(twin, { a: 1 }, 5)).toBe(twin);
    expect(report(twin, { a: 1 }, 6)).toMatchObject({ reportedVersion: 1, reportedAt: { a: 6 } });
  });
});

describe('what is between the two sides', () => {
  const wished = desire(emptyTwin, { a: 1, b: 1 }, 1, ada);

  it('a wish waits until the device says the same', () => {
    expect(keyState(wished, 'a')).toBe('waiting');
    expect(delta(wished, ['a', 'b'])).toEqual({ a: 1, b: 1 });
    const told = report(wished, { a: 1 }, 2);
    expect(keyState(told, 'a')).toBe('in-step');
    expect(delta(told, ['a', 'b'])).toEqual({ b: 1 });
    expect(delta(told, ['a'])).toEqual({});
  });

  it('a device that drifts is told apart', () => {
    const drifted = report(report(wished, { a: 1 }, 2), { a: 9 }, 3);
    expect(keyState(drifted, 'a')).toBe('waiting');
    expect(delta(drifted, ['a'])).toEqual({ a: 1 });
  });

  it('a device may say more of itself than was wished', () => {
    const hub = desire(emptyTwin, { hub: { entryDelay_s: 30 } }, 1, ada);
    const told = report(hub, { hub: { entryDelay_s: 30, sirenVolume: 'low' } }, 2);
    expect(keyState(told, 'hub')).toBe('in-step');
  });

  it('declined stands until somebody wishes anew or the device does it after all', () => {
    const declined = decline(wished, { a: 1 }, 2, 'no');
    expect(keyState(declined, 'a')).toBe('declined');
    expect(keyState(desire(declined, { a: 2 }, 3, ada), 'a')).toBe('waiting');
    expect(keyState(report(declined, { a: 1 }, 3), 'a')).toBe('in-step');
  });

  it('an answer to a value that nobody wishes any more declines nothing', () => {
    expect(decline(wished, { a: 7, z: 1 }, 2, 'no')).toBe(wished);
  });

  it('NB-86: a wish whose right ended is gone and says so; one made since then stays', () => {
    const dropped = dropWishes(wished, ['a'], 1, 5, 'ended');
    expect(dropped).toMatchObject({
      desired: { b: 1 },
      desiredVersion: 2,
      refusals: { a: { reason: 'ended' } },
    });
    expect(keyState(dropped, 'a')).toBe('right-ended');
    expect(keyState(desire(dropped, { a: 3 }, 6, ada), 'a')).toBe('waiting');
    const anew = desire(wished, { a: 3 }, 2, ada);
    expect(dropWishes(anew, ['a'], 1, 5, 'ended')).toBe(anew);
  });
});
