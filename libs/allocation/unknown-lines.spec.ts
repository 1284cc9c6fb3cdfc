import { describe, expect, it } from '@jest/globals';
import { compiled, siteTopology, threePhase } from '#libs/testing/site-builder.js';
import type { PerPhase } from '#libs/units/phases.js';
import { after, epochMilliseconds, milliseconds } from '#libs/units/quantities.js';
import { plainSettings } from './connector-settings.js';
import { decide } from './decide.js';
import type { Decision } from './decision.js';
import { observe } from './observe.js';
import { defaultPolicy } from './policy.js';
import { createSiteState, takeMeterFrame } from './site-state.js';

const fuse_A = 25;

/** A charger that switches unless told otherwise, with a car that charges, as an allocator finds it that has just started. */
function restarted(switchesPhases = true) {
  let now = epochMilliseconds(1_700_000_000_000);
  const topology = siteTopology({ fuse_A, chargers: [{ wiring: threePhase, switchesPhases }] });
  const state = createSiteState(compiled(topology), now, defaultPolicy);
  observe(state, 0, now, { type: 'fallback-known', current_A: 6 });
  observe(state, 0, now, { type: 'started', transactionId: 1, resumed: true });
  observe(state, 0, now, { type: 'connected' });
  let ids = 0;
  /** The limits for the car that are sent in so many seconds, at one frame a second; null: the meter is silent. */
  const pass = (seconds: number, meter_A: number | null): readonly Decision[] => {
    const sent: Decision[] = [];
    for (let second = 0; second < seconds; second++) {
      now = after(now, milliseconds(1_000));
      if (meter_A !== null) takeMeterFrame(state, 0, now, [meter_A, meter_A, meter_A]);
      sent.push(...decide(state, now, () => `limit-${ids++}`));
    }
    return sent.filter(({ transactionId }) => transactionId !== null);
  };
  const sample = (current_A: PerPhase): void => observe(state, 0, now, { type: 'sampled', current_A });
  const close = (): void =>
    observe(state, 0, now, { type: 'settings', settings: { ...plainSettings, pausedBy: 'schedule' } });
  return { pass, sample, close };
}

describe('a charger that switches, whose number of lines is unknown after a restart', () => {
  it('I10: keeps what it has while a sample may tell, where the fuse carries it', () => {
    const { pass } = restarted();
    expect(pass(defaultPolicy.phaseEvidence / 1_000 - 1, fuse_A)).toEqual([]);
    expect(pass(1, fuse_A)[0]).toMatchObject({ current_A: 0 });
  });

  it('is told its limit as soon as a sample has shown its lines', () => {
    const { pass, sample } = restarted();
    expect(pass(4, 10)).toEqual([]);
    sample([6, 6, 6]);
    expect(pass(1, 10)).toMatchObject([{ numberPhases: 3 }]);
  });

  it('I13: hears of its pause again when it did not answer, though the fuse has recovered', () => {
    const { pass } = restarted();
    pass(1, fuse_A + 1);
    expect(pass(defaultPolicy.answerWithin / 1_000 - 1, 10)).toEqual([]);
    expect(pass(1, 10)).toMatchObject([{ current_A: 0 }]);
  });

  it('I13: one that does not switch waits for nothing', () => {
    const { pass } = restarted(false);
    expect(pass(1, 10)).toMatchObject([{ numberPhases: null }]);
  });

  it('goes to 0 A when no sample told', () => {
    const { pass } = restarted();
    const sent = pass(defaultPolicy.phaseEvidence / 1_000 + 1, 10);
    expect(sent[0]).toMatchObject({ current_A: 0, reason: { code: 'changing-phases' } });
  });

  it('says what pauses the car, where that is not its phases', () => {
    const { pass, close } = restarted();
    close();
    expect(pass(1, fuse_A + 1)[0]).toMatchObject({ current_A: 0, reason: { code: 'schedule' } });
    expect(restarted().pass(1, null)[0]!.reason).toEqual({
      code: 'changing-phases',
      nodeId: null,
      phase: null,
      source: 'charger',
    });
  });

  it('I13: goes to 0 A at once where the fuse is overloaded', () => {
    const { pass } = restarted();
    expect(pass(1, fuse_A + 1)[0]).toMatchObject({ current_A: 0 });
  });

  it('I12: goes to 0 A at once where the meter is silent', () => {
    const { pass } = restarted();
    expect(pass(1, null)[0]).toMatchObject({ current_A: 0 });
  });
});
