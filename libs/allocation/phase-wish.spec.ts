import { describe, expect, it } from '@jest/globals';
import { compiled, single, siteTopology, threePhase } from '#libs/testing/site-builder.js';
import type { PerPhase } from '#libs/units/phases.js';
import { after, epochMilliseconds, milliseconds } from '#libs/units/quantities.js';
import { plainSettings } from './connector-settings.js';
import type { ConnectorState } from './connector-state.js';
import { choosePhases } from './phase-choice.js';
import type { PhaseState } from './phase-switch.js';
import { defaultPolicy } from './policy.js';
import { createSiteState, takeMeterFrame, type SiteState } from './site-state.js';

const now = epochMilliseconds(1_700_000_000_000);
const ago = (duration_ms: number) => epochMilliseconds(now - duration_ms);
const { phaseDwell, phaseGainPatience, phaseLackPatience, phaseRelay } = defaultPolicy;

/** Room for a car on L1 alone, and on all three lines. */
const onOne: PerPhase = [16, 0, 0];
const onAll: PerPhase = [16, 16, 16];

interface Change {
  readonly phases?: Partial<PhaseState>;
  readonly connector?: Partial<ConnectorState>;
}

/** Three chargers of 32 A, the last one single-phase; only the first has a car that wants anything. */
function place(capacity_A: PerPhase, first: Change, second: Change = {}, third: Change = {}): SiteState {
  const switching = { wiring: threePhase, switchesPhases: true };
  const topology = siteTopology({ fuse_A: 63, chargers: [switching, switching, { wiring: single('L1') }] });
  const state = createSiteState(compiled(topology), now, defaultPolicy);
  takeMeterFrame(state, 0, now, [0, 0, 0]);
  [first, second, third].forEach(({ phases, connector }, index) => {
    const each = state.connectors[index]!;
    Object.assign(each, { connected: true, transactionId: index === 0 ? 1 : null }, connector);
    Object.assign(each.phases, { isKnown: true }, phases);
  });
  const { allocation } = state;
  allocation.wants[0] = 1;
  allocation.maximum_A.fill(32);
  allocation.capacity_A.set(capacity_A);
  allocation.heldCapacity_A.set(capacity_A);
  const { lines } = state.connectors[0]!.phases;
  allocation.slots[0] = lines === 1 ? 0b001 : 0b111;
  return state;
}
/** What the first charger sets out for, and since when the other number of lines is better. */
const chosen = (state: SiteState): readonly [PhaseState['changingTo'], PhaseState['betterSince']] => {
  choosePhases(state, now, 0);
  const { changingTo, betterSince } = state.connectors[0]!.phases;
  return [changingTo, betterSince];
};
const proving: Change = {
  phases: { lines: 1, proof: 'none', shownOnOne: 0 },
  connector: { transactionId: 2 },
};
const settings = (phases: 'one' | 'three'): Change => ({
  connector: { settings: { ...plainSettings, phases } },
});

describe('when a charger changes its number of lines (I10)', () => {
  it('at once where the car has nothing and had nothing, after its patience where it had', () => {
    expect(chosen(place(onOne, {}))).toEqual([1, null]);
    const had = (since: number | null) =>
      chosen(place(onOne, { phases: { hasCharged: true, betterSince: since === null ? null : ago(since) } }));
    expect(had(null)).toEqual([null, now]);
    expect(had(phaseLackPatience - 1)).toEqual([null, ago(phaseLackPatience - 1)]);
    expect(had(phaseLackPatience)).toEqual([1, null]);
  });

  it('for more current only after it has been better for its patience, and for a quarter more at least', () => {
    const had = (capacity_A: PerPhase, since: number | null) =>
      chosen(place(capacity_A, { phases: { betterSince: since === null ? null : ago(since) } }));
    // 3 * 8 A on all, 30 A on one: exactly a quarter more.
    expect(had([30, 8, 8], phaseGainPatience)).toEqual([null, null]);
    expect(had([31, 8, 8], null)).toEqual([null, now]);
    expect(had([31, 8, 8], phaseGainPatience - 1)).toEqual([null, ago(phaseGainPatience - 1)]);
    expect(had([31, 8, 8], phaseGainPatience)).toEqual([1, null]);
  });

  it('I10: never within its dwell time', () => {
    const changed = (since: number) => chosen(place(onOne, { phases: { changedAt: ago(since) } }))[0];
    expect([phaseDwell - 1, phaseDwell].map(changed)).toEqual([null, 1]);
  });

  it('I10: not while a change is under way or the number of lines is unknown', () => {
    for (const proof of ['none', 'obeys'] as const) {
      const under = place(onOne, { phases: { changingTo: 1, betterSince: ago(1), proof } });
      expect(chosen(under)).toEqual([1, null]);
      expect(under.connectors[0]!.phases.inSession).toBe(0);
    }
    expect(chosen(place(onOne, { phases: { isKnown: false, betterSince: ago(1) } }))).toEqual([null, null]);
    expect(chosen(place(onOne, { phases: { isKnown: false, changingTo: 1 } }))).toEqual([1, null]);
  });

  it('back to three where it ignores what it is asked, within the budget', () => {
    const stubborn = (since: number) =>
      chosen(place(onOne, { phases: { lines: 1, proof: 'ignores', changedAt: ago(since) } }))[0];
    expect([phaseDwell - 1, phaseDwell].map(stubborn)).toEqual([null, 3]);
    expect(chosen(place(onOne, { phases: { proof: 'ignores' } }))).toEqual([null, null]);
  });

  it('as a person insists, at once, but not without a car that may charge', () => {
    expect(chosen(place(onAll, { ...settings('one'), phases: { changedAt: now } }))[0]).toBe(1);
    expect(chosen(place(onOne, { ...settings('three'), phases: { lines: 1 } }))[0]).toBe(3);
    const absent = place(onAll, settings('one'));
    absent.allocation.wants[0] = 0;
    expect(chosen(absent)[0]).toBeNull();
  });

  it('I12: never by choice under a silent meter', () => {
    const state = place(onOne, { phases: { betterSince: ago(1) } });
    const later = after(now, milliseconds(60_000));
    choosePhases(state, later, 0);
    expect(state.connectors[0]!.phases).toMatchObject({ changingTo: null, betterSince: null });
  });

  it('not for a car that rests, or that may have less than its minimum anyway', () => {
    expect(chosen(place(onOne, { connector: { slots: 0 } }))).toEqual([null, null]);
    const resting = { allowedSince: ago(1), notDrawingSince: ago(1) };
    expect(chosen(place(onOne, { connector: resting }))).toEqual([null, null]);
    expect(chosen(place(onOne, { connector: { ...resting, allowedSince: null } }))[0]).toBe(1);
    expect(chosen(place(onOne, { connector: { ...resting, notDrawingSince: null } }))[0]).toBe(1);
    const small = place(onOne, {});
    small.allocation.maximum_A[0] = 5.9;
    expect(chosen(small)).toEqual([null, null]);
    const smallest = place(onOne, {});
    smallest.allocation.maximum_A[0] = 6;
    expect(chosen(smallest)[0]).toBe(1);
  });
});

describe('one charger at a time shows that it obeys (I1)', () => {
  it('I1: nobody else goes to one line meanwhile, unless it has shown it already', () => {
    expect(chosen(place(onOne, {}, proving))).toEqual([null, null]);
    expect(chosen(place(onOne, { phases: { proof: 'obeys' } }, proving))[0]).toBe(1);
  });

  it('but to three lines it may', () => {
    const shown: Change = {
      phases: { lines: 1, shownOnOne: 3, betterSince: ago(phaseGainPatience) },
      connector: { slots: 0b001 },
    };
    expect(chosen(place(onAll, shown, proving))[0]).toBe(3);
  });

  it('a charger without a car, or one that does not switch, proves nothing', () => {
    expect(chosen(place(onOne, {}, { ...proving, connector: { transactionId: null } }))[0]).toBe(1);
    expect(chosen(place(onOne, {}, {}, { ...proving, connector: { transactionId: 3 } }))[0]).toBe(1);
  });
});

describe('the lines that the sun asks for (I10)', () => {
  /** A running solar car, with so many line-amperes of surplus for it; three lines need 18. */
  const sunny = (surplus_A: number, first: Change, second: Change = {}): SiteState => {
    const solar = { settings: { ...plainSettings, solar: 'surplus' as const } };
    const state = place(onAll, { ...first, connector: { ...solar, ...first.connector } }, second);
    state.solar.budget_A = surplus_A;
    Object.assign(state.solar.turns[0]!, { followsSince: ago(9), runsSince: ago(9) });
    return state;
  };
  const charging = { allowedSince: ago(phaseRelay) };

  it('one as long as it does not carry the minimum on all: a car that has no current yet begins there', () => {
    expect(chosen(sunny(17.9, {}))).toEqual([1, null]);
    expect(chosen(sunny(18, {}))).toEqual([null, null]);
    expect(chosen(sunny(17.9, { phases: { changedAt: now } }))).toEqual([null, now]);
  });

  it('a car that charges changes after its patience', () => {
    const had = (since: number | null) =>
      chosen(
        sunny(10, {
          phases: { betterSince: since === null ? null : ago(since) },
          connector: charging,
        }),
      );
    expect(had(null)).toEqual([null, now]);
    expect(had(phaseGainPatience - 1)).toEqual([null, ago(phaseGainPatience - 1)]);
    expect(had(phaseGainPatience)).toEqual([1, null]);
  });

  it('stays on one until it carries a quarter more than that, and then goes to three', () => {
    const onOneLine = (surplus_A: number) =>
      chosen(
        sunny(surplus_A, {
          phases: { lines: 1, proof: 'obeys', betterSince: ago(phaseGainPatience) },
          connector: charging,
        }),
      );
    expect(onOneLine(10)).toEqual([null, null]);
    expect(onOneLine(18)).toEqual([null, null]);
    expect(onOneLine(22.4)).toEqual([null, null]);
    expect(onOneLine(22.5)).toEqual([3, null]);
  });

  it('with enough for three the fuses decide', () => {
    const state = sunny(20, {});
    state.allocation.capacity_A.set(onOne);
    state.allocation.heldCapacity_A.set(onOne);
    expect(chosen(state)[0]).toBe(1);
  });

  it('a car of two lines needs the minimum on two, a car of one has no say', () => {
    const uses = (carLines: number, surplus_A: number) => chosen(sunny(surplus_A, { phases: { carLines } }));
    expect([uses(2, 11.9)[0], uses(2, 12)[0]]).toEqual([1, null]);
    expect(uses(1, 3)).toEqual([null, null]);
  });

  it('I1: waits while another charger shows that it obeys, unless it has shown it itself', () => {
    expect(chosen(sunny(10, {}, proving))).toEqual([null, null]);
    expect(chosen(sunny(10, { phases: { proof: 'obeys' } }, proving))[0]).toBe(1);
  });

  it('a car that does not run on the sun is not held to one line by it', () => {
    const waiting = sunny(10, {});
    waiting.solar.turns[0]!.runsSince = null;
    expect(chosen(waiting)).toEqual([null, null]);
    const off = { settings: { ...plainSettings, solar: 'off' as const } };
    expect(chosen(sunny(10, { connector: off }))).toEqual([null, null]);
  });
});
