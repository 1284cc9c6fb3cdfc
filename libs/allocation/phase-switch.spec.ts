import { describe, expect, it } from '@jest/globals';
import { compiled, siteTopology } from '#libs/testing/site-builder.js';
import type { PerPhase } from '#libs/units/phases.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { Commitment, type NumberPhases } from './commitments.js';
import {
  armedSlots,
  beginChange,
  createPhaseState,
  followCommitment,
  forgetSession,
  isProving,
  mayChange,
  noteLines,
  terminalOne,
  type PhaseState,
} from './phase-switch.js';
import { defaultPolicy as policy } from './policy.js';

const ms = (milliseconds: number) => epochMilliseconds(1_700_000_000_000 + milliseconds);
const at = (second: number) => ms(second * 1_000);
const phasesWith = (change: Partial<PhaseState>): PhaseState => ({ ...createPhaseState(at(0)), ...change });

/** What is in force: 10 A on so many lines, nothing but 0 A, or nobody knows. */
const inForce = (lines: NumberPhases | 'off' | 'unknown'): Commitment => {
  if (lines === 'unknown') return new Commitment(32, at(99_999));
  const commitment = new Commitment(32, at(-1));
  const numberPhases = lines === 'off' ? 3 : lines;
  const current_A = lines === 'off' ? 0 : 10;
  commitment.sent({ limitId: 'a', current_A, numberPhases, leaseUntil: at(99_999) });
  commitment.answered('a', 'accepted');
  return commitment;
};
const follow = (phases: PhaseState, commitment: Commitment, now: ReturnType<typeof ms>, sample?: Sample) =>
  followCommitment(phases, commitment, sample ?? null, now, policy);
interface Sample {
  readonly at: ReturnType<typeof ms>;
  readonly current_A: PerPhase;
}
const sampled = (second: number, ...current_A: [number, number, number]): Sample => ({
  at: at(second),
  current_A,
});

describe('a change of lines goes through 0 A (I1)', () => {
  it('I1: is complete once nothing but 0 A has been in force for the time a car takes to follow', () => {
    const phases = phasesWith({ lines: 3, changingTo: 1, shownOnOne: 2 });
    expect(follow(phases, inForce(3), at(9))).toBe(false);
    expect(phases.offSince).toBeNull();
    expect(follow(phases, inForce('off'), at(10))).toBe(false);
    expect(follow(phases, inForce('off'), ms(10_000 + policy.reaction - 1))).toBe(false);
    expect(phases).toMatchObject({ lines: 3, changingTo: 1, offSince: at(10) });
    expect(follow(phases, inForce('off'), ms(10_000 + policy.reaction))).toBe(true);
    const changedAt = ms(10_000 + policy.reaction);
    expect(phases).toMatchObject({ lines: 1, changingTo: null, isKnown: true, shownOnOne: 0, changedAt });
  });

  it('I1: begins anew when anything else comes into force, or may have', () => {
    for (const other of [1, 'unknown'] as const) {
      const phases = phasesWith({ changingTo: 1 });
      follow(phases, inForce('off'), at(0));
      expect(follow(phases, inForce(other), at(5))).toBe(false);
      expect(follow(phases, inForce('off'), at(6))).toBe(false);
      expect(follow(phases, inForce('off'), at(11))).toBe(false);
      expect(follow(phases, inForce('off'), at(12))).toBe(true);
    }
  });

  it('I1: waits while a sample since then shows current on any terminal', () => {
    const complete = (sample: Sample, second = 20) => {
      const phases = phasesWith({ changingTo: 1, offSince: at(10) });
      return follow(phases, inForce('off'), at(second), sample);
    };
    expect([complete(sampled(15, 1, 0, 0)), complete(sampled(15, 0, 0, 1))]).toEqual([false, false]);
    expect(complete(sampled(15, 0.9, 0.9, 0.9))).toBe(true);
    // From before, or too old to say anything.
    expect([complete(sampled(10, 9, 9, 9)), complete(sampled(15, 9, 9, 9), 45)]).toEqual([true, true]);
    expect(complete(sampled(15, 9, 9, 9), 44)).toBe(false);
  });

  it('a pause that only shows what is in force is no change, and costs no dwell time', () => {
    const phases = phasesWith({ lines: 3, changingTo: 3, offSince: at(0), shownOnOne: 2 });
    const { changedAt } = phases;
    expect(follow(phases, inForce('off'), at(6))).toBe(false);
    expect(phases).toMatchObject({ lines: 3, changingTo: null, isKnown: true, changedAt, shownOnOne: 2 });
  });

  it('I1: after 0 A for that time it is known what is in force, and stays known', () => {
    const phases = phasesWith({});
    expect(follow(phases, inForce('off'), at(0))).toBe(false);
    expect(follow(phases, inForce('off'), at(5))).toBe(false);
    expect(phases.isKnown).toBe(false);
    expect(follow(phases, inForce('off'), at(6))).toBe(false);
    expect(phases.isKnown).toBe(true);
    follow(phases, inForce('off'), at(7), sampled(6.5, 5, 5, 5));
    expect(phases).toMatchObject({ isKnown: true, lines: 3 });
  });
});

describe('what is in force after a restart or a silence (I1)', () => {
  it('I1: takes the number of lines that all setpoints agree on', () => {
    const phases = phasesWith({ shownOnOne: 2 });
    expect(follow(phases, inForce(3), at(1))).toBe(false);
    expect(phases).toMatchObject({ lines: 3, isKnown: true, unknownSince: null, shownOnOne: 2 });
    expect(follow(phases, inForce(1), at(2))).toBe(true);
    expect(phases).toMatchObject({ lines: 1, isKnown: true, shownOnOne: 0 });
  });

  it('I1: no longer knows once it is unknown, until a newer sample tells', () => {
    const phases = phasesWith({ isKnown: true, unknownSince: null });
    expect(follow(phases, inForce('unknown'), at(10), sampled(10, 5, 5, 5))).toBe(false);
    expect(phases).toMatchObject({ isKnown: false, unknownSince: at(10) });
    expect(follow(phases, inForce('unknown'), at(12), sampled(11, 5, 0, 0))).toBe(true);
    expect(phases).toMatchObject({ isKnown: true, lines: 1, unknownSince: at(10) });
  });

  it('I1: current on a second or third line means three, on the first alone one, none nothing', () => {
    const evidence = (now: number, sample: Sample) => {
      const phases = phasesWith({ lines: 1, unknownSince: at(0) });
      follow(phases, inForce('unknown'), at(now), sample);
      return phases.isKnown ? phases.lines : null;
    };
    expect(evidence(5, sampled(4, 9, 9, 9))).toBe(3);
    expect([evidence(5, sampled(4, 0, 1, 0)), evidence(5, sampled(4, 9, 0, 1))]).toEqual([3, 3]);
    expect([evidence(5, sampled(4, 1, 0.9, 0.9)), evidence(5, sampled(4, 0.9, 0, 0))]).toEqual([1, null]);
    // As old as the doubt itself, or too old.
    expect([evidence(5, sampled(0, 9, 9, 9)), evidence(25, sampled(4, 9, 9, 9))]).toEqual([null, null]);
    expect(evidence(24, sampled(4, 9, 9, 9))).toBe(3);
  });
});

describe('changes by choice (I10)', () => {
  it('I10: keep the dwell time and both budgets', () => {
    const hour_ms = 3_600_000;
    const may = (change: Partial<PhaseState>) => mayChange(phasesWith(change), ms(0), policy);
    expect(may({})).toBe(true);
    expect([
      may({ changedAt: ms(-policy.phaseDwell) }),
      may({ changedAt: ms(1 - policy.phaseDwell) }),
    ]).toEqual([true, false]);
    expect([may({ inSession: 11 }), may({ inSession: 12 })]).toEqual([true, false]);
    const begun = (...ago_ms: number[]) => ({ begunAt: ago_ms.map((each) => ms(-each)) });
    expect(may(begun(3, 2, 1))).toBe(true);
    expect(may(begun(hour_ms - 1, 3, 2, 1))).toBe(false);
    expect(may(begun(hour_ms, 3, 2, 1))).toBe(true);
  });

  it('I10: each is counted for an hour and for the session', () => {
    const phases = phasesWith({ betterSince: at(1), begunAt: [at(0), ms(1)] });
    beginChange(phases, 1, at(3_600));
    expect(phases).toMatchObject({ changingTo: 1, betterSince: null, inSession: 1 });
    expect(phases.begunAt).toEqual([ms(1), at(3_600)]);
  });
});

describe('whether a charger does what it is asked (I1)', () => {
  it('I1: one line is not proved before enough samples have shown it, on the way to it neither', () => {
    const proving = (change: Partial<PhaseState>) => isProving(phasesWith(change), policy);
    expect([proving({ lines: 1 }), proving({ lines: 3 })]).toEqual([true, false]);
    expect([proving({ lines: 3, changingTo: 1 }), proving({ lines: 1, changingTo: 3 })]).toEqual([
      true,
      false,
    ]);
    expect([proving({ lines: 1, shownOnOne: 2 }), proving({ lines: 1, shownOnOne: 3 })]).toEqual([
      true,
      false,
    ]);
    expect(proving({ lines: 3, changingTo: 1, shownOnOne: 3 })).toBe(true);
    expect([proving({ lines: 1, proof: 'obeys' }), proving({ lines: 1, proof: 'ignores' })]).toEqual([
      false,
      false,
    ]);
    expect([proving({ lines: 1, carLines: 1 }), proving({ lines: 1, carLines: 3 })]).toEqual([false, true]);
  });

  const one = 0b010;
  const note = (phases: PhaseState, used: number, obliged: NumberPhases | 0 | null = 1): PhaseState => {
    noteLines(phases, used, one, obliged, policy);
    return phases;
  };

  it('learns how many lines a car uses while it may use all', () => {
    expect(note(phasesWith({}), 0b110, 3).carLines).toBe(2);
    expect(note(phasesWith({}), 0b111, 3).carLines).toBe(3);
    expect(note(phasesWith({}), 0b010, 3).carLines).toBeNull();
    expect(note(phasesWith({ carLines: 3 }), 0b110, 3).carLines).toBe(3);
    expect(note(phasesWith({ changingTo: 1 }), 0b111, 3).carLines).toBeNull();
    expect(note(phasesWith({}), 0b111, 3).shownOnOne).toBe(0);
  });

  it('I1: believes a charger after three samples on terminal 1 of a car that uses more', () => {
    const phases = phasesWith({ lines: 1, carLines: 3 });
    note(note(phases, one), 0);
    expect([phases.shownOnOne, note(phases, one).proof]).toEqual([1, 'none']);
    expect(note(phases, one)).toMatchObject({ shownOnOne: 3, proof: 'obeys', contradictions: 0 });
    expect(note(phasesWith({ lines: 1, shownOnOne: 2 }), one).proof).toBe('none');
    expect(note(phasesWith({ lines: 1, shownOnOne: 2, carLines: 1 }), one).proof).toBe('none');
    expect(note(phasesWith({ lines: 1, shownOnOne: 2, carLines: 3, proof: 'ignores' }), one).proof).toBe(
      'ignores',
    );
  });

  it('I1: two samples on other lines give a charger away, if one line was all that was in force', () => {
    const phases = phasesWith({ lines: 1, isKnown: true, shownOnOne: 2 });
    expect(note(phases, 0b111)).toMatchObject({ shownOnOne: 0, contradictions: 1, proof: 'none' });
    expect(note(phases, 0b100)).toMatchObject({ contradictions: 2, proof: 'ignores' });
    for (const obliged of [3, 0, null] as const)
      expect(note(phasesWith({ lines: 1, isKnown: true }), 0b111, obliged).contradictions).toBe(0);
    expect(note(phasesWith({ lines: 1, isKnown: false }), 0b111).contradictions).toBe(0);
  });

  it('I1: another car changes nothing of what was learnt of the charger, and all else', () => {
    const learnt = { lines: 1, proof: 'ignores', contradictions: 2, begunAt: [at(1)] } as const;
    const phases = phasesWith({
      ...learnt,
      begunAt: [at(1)],
      isKnown: true,
      changingTo: 3,
      offSince: at(1),
      unknownSince: at(1),
      betterSince: at(1),
      changedAt: at(1),
      inSession: 3,
      hasCharged: true,
      carLines: 2,
      shownOnOne: 2,
    });
    forgetSession(phases);
    expect(phases).toEqual({ ...createPhaseState(at(0)), ...learnt, unknownSince: null });
  });

  it('I1: one line is terminal 1 of a charger that switches, all its lines of any other', () => {
    const wiring = { kind: 'three-phase', rotation: ['L2', 'L3', 'L1'] } as const;
    const chargers = [{ wiring }, { wiring, switchesPhases: true }];
    const site = compiled(siteTopology({ fuse_A: 40, chargers }));
    const obeys = phasesWith({});
    expect(terminalOne(site, 1)).toBe(one);
    expect([armedSlots(site, 1, obeys, 1), armedSlots(site, 1, obeys, 3)]).toEqual([one, 0b111]);
    expect(armedSlots(site, 0, obeys, 1)).toBe(0b111);
    expect(armedSlots(site, 1, phasesWith({ proof: 'ignores' }), 1)).toBe(0b111);
  });
});
