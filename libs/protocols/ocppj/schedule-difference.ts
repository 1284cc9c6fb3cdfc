import type { ToldSchedule } from './profile-words.js';

/** A span of time over which two schedules differ alike, in seconds from now and A per line. */
export interface ScheduleDifference {
  readonly from_s: number;
  readonly to_s: number;
  readonly ours_A: number;
  readonly stations_A: number;
}

/** Ours, period by period; Infinity: nothing we know limits it. */
export interface OwnPeriod {
  readonly startPeriod: number;
  readonly limit: number;
}

/** OCPP 1.6 7.13: limits have one decimal, so rounding alone makes that much. */
const tolerance_A = 0.1 + 1e-6;

/**
 * Where a charger's composite schedule departs from ours by more than 0.1 A, in order of time. A stretch of
 * `slack_s` or less that differs is left out: the clocks differ a little and the answer took its time. So is what we know
 * nothing about, and what lies after the end of either schedule.
 */
export function scheduleDifferences(
  ours: readonly OwnPeriod[],
  told: ToldSchedule,
  duration_s: number,
  slack_s: number,
): ScheduleDifference[] {
  const end_s = Math.min(duration_s, told.duration_s ?? duration_s);
  const edges = [...ours.map(({ startPeriod }) => startPeriod), ...told.periods.map(({ from_s }) => from_s)]
    .filter((edge_s) => edge_s >= 0 && edge_s < end_s)
    .toSorted((a, b) => a - b);
  const spans: ScheduleDifference[] = [];
  const seconds = [...new Set(edges)];
  for (const [index, from_s] of seconds.entries()) {
    const to_s = seconds[index + 1] ?? end_s;
    const ours_A = ours.findLast(({ startPeriod }) => startPeriod <= from_s)?.limit;
    const stations_A = told.periods.findLast((period) => period.from_s <= from_s)?.limit_A;
    if (ours_A === undefined || stations_A === undefined || !Number.isFinite(ours_A)) continue;
    if (Math.abs(ours_A - stations_A) <= tolerance_A) continue;
    const last = spans.at(-1);
    if (last?.to_s === from_s && last.ours_A === ours_A && last.stations_A === stations_A)
      spans[spans.length - 1] = { ...last, to_s };
    else spans.push({ from_s, to_s, ours_A, stations_A });
  }
  return spans.filter((span) => stretchAround(spans, span) > slack_s);
}

/** How long the schedules differ without a break around a span, seconds. */
function stretchAround(spans: readonly ScheduleDifference[], { from_s, to_s }: ScheduleDifference): number {
  let [begin_s, end_s] = [from_s, to_s];
  for (const span of spans) if (span.from_s === end_s) end_s = span.to_s;
  for (const span of spans.toReversed()) if (span.to_s === begin_s) begin_s = span.from_s;
  return end_s - begin_s;
}
