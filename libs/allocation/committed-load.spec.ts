import { describe, expect, it } from '@jest/globals';
import { compiled, siteTopology, single } from '#libs/testing/site-builder.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { committed_A, committedOnLines_A, committedSums_A } from './committed-load.js';
import type { NumberPhases } from './commitments.js';
import { defaultPolicy } from './policy.js';
import { createSiteState } from './site-state.js';

const created = epochMilliseconds(1_700_000_000_000);
const now = epochMilliseconds(1_700_000_100_000);
const leaseUntil = epochMilliseconds(1_700_000_200_000);
const L1 = 0b001;
const L2 = 0b010;
const L3 = 0b100;

/** A charger whose terminal 1 is on L2, and one on L1 alone; the standing default of each is 6 A on all its lines. */
const site = (switchesPhases: boolean) => {
  const wiring = { kind: 'three-phase', rotation: ['L2', 'L3', 'L1'] } as const;
  const chargers = [{ wiring, switchesPhases }, { wiring: single('L1') }];
  const state = createSiteState(compiled(siteTopology({ fuse_A: 40, chargers })), created, defaultPolicy);
  for (const { commitment } of state.connectors) {
    commitment.sentFallback('default', 6, null);
    commitment.answered('default', 'accepted');
  }
  return { state, charger: state.connectors[0]!, other: state.connectors[1]! };
};
type Charger = ReturnType<typeof site>['charger'];

const give = (
  { commitment }: Charger,
  current_A: number,
  numberPhases: NumberPhases | null,
  answered: boolean,
) => {
  const limitId = `${current_A} A on ${numberPhases}`;
  commitment.sent({ limitId, current_A, numberPhases, leaseUntil });
  if (answered) commitment.answered(limitId, 'accepted');
};

/** A charger that switches: 0 A by default, then the currents given for three lines (confirmed) and one (on its way). */
const both = (onAll_A: number, onOne_A: number) => {
  const { state, charger } = site(true);
  charger.transactionId = 1;
  give(charger, onAll_A, 3, true);
  give(charger, onOne_A, 1, false);
  const lines_A = () => Array.from(committedSums_A(state, now)).slice(0, 3);
  return { charger, lines_A };
};

describe('what may be in force on every line (I1)', () => {
  it('I1 counts a car that charges, and one that may begin at any moment because its cable is in', () => {
    const { state, charger, other } = site(false);
    const lines_A = () => Array.from(committedSums_A(state, now)).slice(0, 3);
    expect([committed_A(charger, now), committedOnLines_A(charger, now), lines_A()]).toEqual([
      0,
      0,
      [0, 0, 0],
    ]);
    charger.transactionId = 1;
    expect([committed_A(charger, now), committedOnLines_A(charger, now), lines_A()]).toEqual([
      6,
      6,
      [6, 6, 6],
    ]);
    charger.transactionId = null;
    charger.pluggedIn = true;
    other.transactionId = 2;
    expect([committed_A(charger, now), lines_A()]).toEqual([6, [12, 6, 6]]);
  });

  it('I1 leaves out lines that a car has shown not to use', () => {
    const { state, charger } = site(false);
    charger.transactionId = 1;
    charger.slots = L2;
    give(charger, 16, null, true);
    expect(Array.from(committedSums_A(state, now)).slice(0, 3)).toEqual([0, 16, 0]);
  });

  it('I1 counts terminal 1 with the larger, and the others with what is meant for all lines', () => {
    expect(both(10, 20).lines_A()).toEqual([10, 20, 10]);
    expect(both(10, 5).lines_A()).toEqual([10, 10, 10]);
    expect(both(0, 20).lines_A()).toEqual([0, 20, 0]);
  });

  it('I1 counts terminal 1 for a setpoint on one line also where the car used the two others only', () => {
    const { charger, lines_A } = both(10, 20);
    charger.slots = L1 | L3;
    expect(lines_A()).toEqual([10, 20, 10]);
  });

  it('I1 leaves out a line that the car does not use on three', () => {
    const { charger, lines_A } = both(10, 20);
    charger.slots = L2 | L3;
    expect(lines_A()).toEqual([0, 20, 10]);
  });

  it('I1 counts all wired lines for what is meant for three once the charger is asked for one', () => {
    const { charger, lines_A } = both(10, 20);
    charger.phases.lines = 1;
    charger.slots = L2;
    expect(lines_A()).toEqual([10, 20, 10]);
  });

  it('I1 counts every line on which a charger that was asked for one has shown current', () => {
    const { charger, lines_A } = both(0, 20);
    charger.phases.lines = 1;
    charger.slots = L1 | L2 | L3;
    expect(lines_A()).toEqual([20, 20, 20]);
  });

  it('I1 takes for given, on the lines of the next setpoint, only what was meant for them', () => {
    const { charger } = both(10, 20);
    expect(committedOnLines_A(charger, now)).toBe(10);
    charger.phases.lines = 1;
    expect(committedOnLines_A(charger, now)).toBe(20);
    charger.transactionId = null;
    charger.phases.lines = 3;
    expect(committedOnLines_A(charger, now)).toBe(0);
  });
});
