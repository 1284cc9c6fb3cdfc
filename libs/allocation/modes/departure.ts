import type { EpochMilliseconds } from '#libs/units/quantities.js';
import {
  firstInstantAt,
  minutesOf,
  onDay,
  startOfDay,
  wallClockAt,
  weekdayOf,
  type Weekday,
} from './local-time.js';

/** When the car leaves on these days, wall-clock time of the location. */
export interface DailyDeparture {
  readonly days: readonly Weekday[];
  /** HH:MM. */
  readonly at: string;
}

/** The first departure after `now`; null when none is set. A time that is skipped in spring is the change itself. */
export function nextDeparture(
  departures: readonly DailyDeparture[],
  timeZone: string,
  now: EpochMilliseconds,
): EpochMilliseconds | null {
  const midnight = startOfDay(wallClockAt(timeZone, now));
  let next: EpochMilliseconds | null = null;
  for (let day = 0; day <= 8; day++)
    for (const { days, at } of departures) {
      const shown = onDay(midnight, day, minutesOf(at));
      if (!days.includes(weekdayOf(shown))) continue;
      const instant = firstInstantAt(timeZone, shown);
      if (instant > now && (next === null || instant < next)) next = instant;
    }
  return next;
}
