import { describe, expect, it } from '@jest/globals';
import type { ToldSchedule } from './profile-words.js';
import { scheduleDifferences } from './schedule-difference.js';

const ours = (...periods: [number, number][]) =>
  periods.map(([startPeriod, limit]) => ({ startPeriod, limit }));
const told = (...periods: [number, number][]): ToldSchedule => ({
  duration_s: null,
  periods: periods.map(([from_s, limit_A]) => ({ from_s, limit_A })),
});
const slack_s = 2;

describe('OCPP 1.6 5.7, OCPP 2.0.1 K08: our composite schedule against the one of a charger', () => {
  it('agrees up to a rounding of 0.1 A and not beyond', () => {
    expect(scheduleDifferences(ours([0, 10]), told([0, 10.1]), 600, slack_s)).toEqual([]);
    expect(scheduleDifferences(ours([0, 10]), told([0, 9.9]), 600, slack_s)).toEqual([]);
    expect(scheduleDifferences(ours([0, 10]), told([0, 10.2]), 600, slack_s)).toEqual([
      { from_s: 0, to_s: 600, ours_A: 10, stations_A: 10.2 },
    ]);
  });

  it('names each span, in order of time', () => {
    expect(
      scheduleDifferences(ours([0, 10], [60, 6]), told([0, 10], [30, 32], [90, 6]), 600, slack_s),
    ).toEqual([
      { from_s: 30, to_s: 60, ours_A: 10, stations_A: 32 },
      { from_s: 60, to_s: 90, ours_A: 6, stations_A: 32 },
    ]);
  });

  it('a charger that says the same in more periods than we do differs once', () => {
    expect(scheduleDifferences(ours([0, 10]), told([0, 16], [60, 16]), 600, slack_s)).toEqual([
      { from_s: 0, to_s: 600, ours_A: 10, stations_A: 16 },
    ]);
  });

  it('lets clocks be a little apart, but many short spans in a row are one long one', () => {
    expect(scheduleDifferences(ours([0, 10], [60, 6]), told([0, 10], [62, 6]), 600, slack_s)).toEqual([]);
    expect(scheduleDifferences(ours([0, 10], [60, 6]), told([0, 10], [63, 6]), 600, slack_s)).toHaveLength(1);
    const jitter = told([0, 20], [2, 21], [4, 22], [6, 10]);
    expect(scheduleDifferences(ours([0, 10]), jitter, 600, slack_s)).toHaveLength(3);
  });

  it('says nothing of spans without a limit of ours, nor after the end of either schedule', () => {
    expect(scheduleDifferences(ours([0, Infinity], [60, 6]), told([0, 32], [60, 6]), 600, slack_s)).toEqual(
      [],
    );
    const short = { ...told([0, 10]), duration_s: 60 };
    expect(scheduleDifferences(ours([0, 10], [60, 6]), short, 600, slack_s)).toEqual([]);
    expect(scheduleDifferences(ours([0, 10]), told([0, 10], [600, 32]), 600, slack_s)).toEqual([]);
  });

  it('a difference at the very end counts up to the end', () => {
    expect(scheduleDifferences(ours([0, 10]), told([0, 10], [500, 32]), 600, slack_s)).toEqual([
      { from_s: 500, to_s: 600, ours_A: 10, stations_A: 32 },
    ]);
  });
});
