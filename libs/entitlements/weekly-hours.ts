import type { EpochMilliseconds } from '#libs/units/quantities.js';

/** 1 is Monday, as in ISO 8601. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** From `from` up to, not including, `to`; minutes of the local day, so 1440 is midnight at its end. */
export interface DailyHours {
  readonly days: readonly Weekday[];
  readonly from_min: number;
  readonly to_min: number;
}

/** Times of the week at which a grant opens (AJ-42), as the clock on the wall of that zone shows them. */
export interface WeeklyHours {
  /** IANA zone. */
  readonly timeZone: string;
  readonly ranges: readonly DailyHours[];
}

const weekdays: Readonly<Record<string, Weekday>> = {
  Mon: 1,
  Tue: 2,
  Wed: 3,
  Thu: 4,
  Fri: 5,
  Sat: 6,
  Sun: 7,
};
const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether the wall clock of the zone shows one of the hours. A change to summer or winter time moves with the wall. */
export function isWithin(hours: WeeklyHours, now: EpochMilliseconds): boolean {
  const { day, minute } = wallClock(hours.timeZone, now);
  return hours.ranges.some(
    ({ days, from_min, to_min }) => days.includes(day) && minute >= from_min && minute < to_min,
  );
}

/** Whether every minute of the inner hours is one of the outer; of hours on different walls nobody can say. */
export function coversHours(outer: WeeklyHours, inner: WeeklyHours): boolean {
  if (outer.timeZone !== inner.timeZone) return false;
  return inner.ranges.every(({ days, from_min, to_min }) =>
    days.every((day) => {
      let covered_min = from_min;
      const ofDay = outer.ranges.filter((range) => range.days.includes(day));
      for (const range of ofDay.toSorted((a, b) => a.from_min - b.from_min)) {
        if (range.from_min <= covered_min) covered_min = Math.max(covered_min, range.to_min);
      }
      return covered_min >= to_min;
    }),
  );
}

function wallClock(timeZone: string, now: EpochMilliseconds): { day: Weekday; minute: number } {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(timeZone, format);
  }
  const parts = format.formatToParts(now);
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '';
  return { day: weekdays[part('weekday')] ?? 1, minute: Number(part('hour')) * 60 + Number(part('minute')) };
}
