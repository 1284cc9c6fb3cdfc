import { describe, expect, it } from '@jest/globals';
import { epochMilliseconds } from '#libs/units/quantities.js';
import type { PerPhase } from '#libs/units/phases.js';
import { compiled, siteTopology, threePhase } from '#libs/testing/site-builder.js';
import { createConnectorState, drawBounds, forgetCar, noteCommitted, takeSample } from './connector-state.js';
import { defaultPolicy } from './policy.js';

const at = (seconds: number) => epochMilliseconds(1_700_000_000_000 + seconds * 1_000);

/** A three-phase connector that has had `limit_A` in force since second 0. */
const charging = (limit_A: number) => {
  const site = compiled(siteTopology({ fuse_A: 63, chargers: [{ wiring: threePhase }] }));
  const state = createConnectorState(site, 0, at(-120), defaultPolicy);
  state.transactionId = 1;
  state.commitment.sent({ limitId: 'a', current_A: limit_A, numberPhases: null, leaseUntil: at(600) });
  state.commitment.answered('a', 'accepted');
  state.setpointChangedAt = at(0);
  if (limit_A > 0) state.allowedSince = at(0);
  const sample = (second: number, current_A: PerPhase) =>
    takeSample(site, state, { at: at(second), current_A }, defaultPolicy);
  return { site, state, sample };
};

describe('what a car shows by what it draws', () => {
  it('releases a line after three samples below 1 A, and takes it back at the first above', () => {
    const { state, sample } = charging(16);
    sample(10, [16, 0, 0]);
    sample(20, [16, 0.4, 0]);
    expect(state.slots).toBe(0b111);
    sample(30, [16, 0, 0]);
    expect(state.slots).toBe(0b001);
    sample(40, [16, 0, 2]);
    expect(state.slots).toBe(0b111);
  });

  it('releases a car that may draw and does not, and takes it back when it wakes', () => {
    const { state, sample } = charging(16);
    for (const second of [10, 20, 30]) sample(second, [0, 0, 0]);
    expect(state.slots).toBe(0);
    sample(40, [6, 6, 6]);
    expect(state.slots).toBe(0b111);
  });

  it('does not hold a pause against the car', () => {
    const { state, sample } = charging(0);
    for (const second of [10, 20, 30, 40]) sample(second, [0, 0, 0]);
    expect(state).toMatchObject({ slots: 0b111, notDrawingSince: null, learntMaximum_A: null });
  });

  it('learns the maximum of a car that draws less than it may, and forgets it when the car reaches it', () => {
    const { state, sample } = charging(16);
    for (const second of [10, 20, 30]) sample(second, [10, 10, 10]);
    expect(state.learntMaximum_A).toBe(11.5);
    sample(40, [15.5, 15.5, 15.5]);
    expect(state.learntMaximum_A).toBeNull();
  });

  it('learns nothing while the car still follows a new setpoint', () => {
    const { state, sample } = charging(16);
    for (const second of [1, 3, 5]) sample(second, [6, 6, 6]);
    expect(state.learntMaximum_A).toBeNull();
  });

  it('ignores a sample older than the last', () => {
    const { state, sample } = charging(16);
    sample(20, [16, 16, 16]);
    sample(10, [0, 0, 0]);
    expect(state.sample?.current_A).toEqual([16, 16, 16]);
  });

  it('bounds the draw by the sample once it settled, and by what may be in force before and without one', () => {
    const { state, sample } = charging(16);
    expect(drawBounds(state, at(8), 0, defaultPolicy)).toMatchObject({ low_A: 0, high_A: 16 });
    sample(3, [9, 9, 9]);
    expect(drawBounds(state, at(4), 0, defaultPolicy)).toMatchObject({ low_A: 9, high_A: 16 });
    sample(10, [15, 15, 15]);
    expect(drawBounds(state, at(11), 0, defaultPolicy)).toMatchObject({ low_A: 15, high_A: 15 });
    expect(drawBounds(state, at(60), 0, defaultPolicy)).toMatchObject({ low_A: 0, high_A: 16 });
  });

  it('does not count as the car what it draws above any setpoint: that is base load (I13)', () => {
    const { state, sample } = charging(10);
    sample(10, [15, 15, 15]);
    expect(drawBounds(state, at(11), 0, defaultPolicy)).toMatchObject({ low_A: 10, high_A: 10 });
  });

  it('lets a car follow a decrease late, the later the older a reading may be', () => {
    const { state } = charging(16);
    noteCommitted(state, at(100));
    state.setpointChangedAt = at(100);
    state.commitment.sent({ limitId: 'b', current_A: 8, numberPhases: null, leaseUntil: at(600) });
    state.commitment.answered('b', 'accepted');
    expect(drawBounds(state, at(106), 0, defaultPolicy).high_A).toBe(16);
    expect(drawBounds(state, at(116), 10_000, defaultPolicy).high_A).toBe(16);
    expect(drawBounds(state, at(117), 10_000, defaultPolicy).high_A).toBe(8);
  });

  it('forgets everything about a car that left', () => {
    const { site, state, sample } = charging(16);
    for (const second of [10, 20, 30]) sample(second, [10, 0, 0]);
    forgetCar(site, state);
    expect(state).toMatchObject({ slots: 0b111, learntMaximum_A: null, sample: null });
  });
});
