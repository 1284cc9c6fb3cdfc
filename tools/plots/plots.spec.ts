import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { chosenEvening, drawPlots, playChosen } from './plots.js';

const evening = playChosen();

describe('the pictures of docs/allocation.md', () => {
  it('show what the code does: `npm run plots` draws the same bytes again', () => {
    const drawn = drawPlots(evening);
    const stale = Object.keys(drawn).filter(
      (name) => readFileSync(`docs/pictures/${name}.svg`, 'utf8') !== drawn[name],
    );
    expect([Object.keys(drawn).length, stale]).toEqual([4, []]);
  });

  it('are of an evening on which no fuse may trip (I1), though cars and household together pass it', () => {
    const { seconds, outcome } = evening;
    expect(seconds).toHaveLength(chosenEvening.hours * 3_600);
    expect([outcome.violation, outcome.figures.outsideNoTripCurve_s]).toEqual([null, 0]);
    expect(outcome.figures.overFuse_s).toBeGreaterThan(0);
  });

  it('tell the household from the cars: without cars the line carries the household, never less', () => {
    for (const { line_A, house_A, chargers } of evening.seconds) {
      // What is always on: [3, 2, 4] A.
      expect(house_A[0] > 2.99 && house_A[1] > 1.99 && house_A[2] > 3.99).toBe(true);
      const drawn = chargers.some(({ draw_A }) => draw_A > 0.01);
      expect(line_A.some((each, line) => each > house_A[line]! + 0.01)).toBe(drawn);
    }
  });
});
