import { describe, expect, it } from '@jest/globals';
import { compiled, siteTopology, single, threePhase } from '#libs/testing/site-builder.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { plainSettings } from './connector-settings.js';
import { laxityOf_h, noteDepartures } from './laxity.js';
import { defaultPolicy } from './policy.js';
import { createSiteState, type SiteState } from './site-state.js';

const now = epochMilliseconds(1_700_000_000_000);
const hour_ms = 3_600_000;
/** A level of the fill for one hour of laxity. */
const levelPerHour_A = 128;

/** What a car needs: hours until it leaves, and ampere hours per line at 230 V; null: it says nothing. */
type Need = { readonly left_h: number; readonly missing_Ah: number } | null;

/** Single-phase cars that may take 16 A each, except the last, which has three lines. */
function noted(needs: readonly Need[], maximum_A = 16): SiteState {
  const chargers = needs.map((_, index) => ({
    wiring: index === needs.length - 1 ? threePhase : single('L1'),
  }));
  const state = createSiteState(compiled(siteTopology({ fuse_A: 63, chargers })), now, defaultPolicy);
  needs.forEach((need, index) => {
    const lines = index === needs.length - 1 ? 3 : 1;
    state.connectors[index]!.settings = {
      ...plainSettings,
      departure: need && {
        at: epochMilliseconds(now + need.left_h * hour_ms),
        remaining_Wh: need.missing_Ah * 230 * lines,
      },
    };
  });
  state.allocation.maximum_A.fill(maximum_A);
  // What an earlier allocation left behind must not stay.
  const { departures } = state.allocation;
  departures.offset_A.fill(77);
  departures.missing_Ah.fill(77);
  departures.critical.fill(1);
  noteDepartures(state, now);
  return state;
}
const of = (needs: readonly Need[], maximum_A = 16) => {
  const { offset_A, needed_A, missing_Ah, critical } = noted(needs, maximum_A).allocation.departures;
  return needs.map((_, index) => [
    offset_A[index]! / levelPerHour_A,
    needed_A[index],
    missing_Ah[index],
    critical[index],
  ]);
};

describe('what departures mean for the fill', () => {
  it('nothing where nobody says when he leaves: every car needs all it can take', () => {
    expect(of([null, null])).toEqual([
      [0, 16, 0, 0],
      [0, 16, 0, 0],
    ]);
  });

  it('laxity is the time left less what is missing at full current, on the lines the car uses', () => {
    // 4 h left, 32 Ah missing at 16 A: 2 h to spare, and 8 A on average are enough.
    expect(
      of([
        { left_h: 4, missing_Ah: 32 },
        { left_h: 4, missing_Ah: 16 },
      ]),
    ).toEqual([
      [2, 8, 32, 0],
      [3, 4, 16, 0],
    ]);
  });

  it('who says nothing beside one who does counts as having a day, and nobody as having more', () => {
    expect(of([{ left_h: 1, missing_Ah: 8 }, { left_h: 99, missing_Ah: 16 }, null])).toEqual([
      [0.5, 8, 8, 0],
      [24, 16 / 99, 16, 0],
      [24, 16, 0, 0],
    ]);
  });

  it('I8: below half an hour a car can hardly wait; late, it has none, and needs all it can take', () => {
    expect(
      of([
        { left_h: 1, missing_Ah: 8.1 },
        { left_h: 1, missing_Ah: 48 },
        { left_h: -1, missing_Ah: 16 },
        { left_h: 0, missing_Ah: 16 },
        null,
      ]).map(([offset, needed, , critical]) => [Math.round((offset ?? 0) * 1_000), needed, critical]),
    ).toEqual([
      [494, 8.1, 1],
      [0, 16, 1],
      [0, 16, 1],
      [0, 16, 1],
      [24_000, 16, 0],
    ]);
  });

  it('a car that has all it wanted, or may take nothing, is in no hurry', () => {
    expect(of([{ left_h: 1, missing_Ah: 0 }, null])[0]).toEqual([24, 16, 0, 0]);
    const { connectors } = noted([{ left_h: 1, missing_Ah: 8 }, null]);
    expect(laxityOf_h(connectors[0]!, 0, now)).toBe(Infinity);
    expect(laxityOf_h(connectors[0]!, 32, now)).toBe(0.75);
    expect(laxityOf_h(connectors[1]!, 32, now)).toBe(Infinity);
  });

  it('a car of which no line is known any more counts with one', () => {
    const state = noted([{ left_h: 4, missing_Ah: 32 }, null]);
    state.connectors[0]!.slots = 0;
    expect(laxityOf_h(state.connectors[0]!, 16, now)).toBe(2);
  });
});
