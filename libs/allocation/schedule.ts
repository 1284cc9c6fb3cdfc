import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import {
  changeOfOffset,
  instantsAt,
  minuteOfDay,
  minutesOf,
  onDay,
  startOfDay,
  wallClockAt,
  weekdayOf,
  weekdays,
  type Weekday,
} from './modes/local-time.js';

/** A weekly window in local time; `from` later than `to` crosses midnight, equal means the whole day. */
export interface Window {
  readonly days: readonly Weekday[];
  readonly from: string;
  readonly to: string;
}

/** A weekly pattern has shown everything after this many days. */
const horizon_days = 8;
const day_ms = 86_400_000;

/** True when charging is allowed at `now`: no windows means always. Times are wall-clock times of the IANA zone, so DST shifts with it. */
export function isOpen(windows: readonly Window[], timeZone: string, now: EpochMilliseconds): boolean {
  if (windows.length === 0) return true;
  const shown = wallClockAt(timeZone, now);
  const day = weekdayOf(shown);
  const minute = minuteOfDay(shown);
  const yesterday = weekdays[(weekdays.indexOf(day) + 6) % 7]!;
  return windows.some((window) => {
    const from = minutesOf(window.from);
    const to = minutesOf(window.to);
    if (from < to) return window.days.includes(day) && minute >= from && minute < to;
    return (window.days.includes(day) && minute >= from) || (window.days.includes(yesterday) && minute < to);
  });
}

/**
 * The next instant after `now` at which `isOpen` answers otherwise; null when it never does. Only the ends of windows,
 * midnight and a change of the clocks can be one, so only these are looked at.
 */
export function nextScheduleChange(
  windows: readonly Window[],
  timeZone: string,
  now: EpochMilliseconds,
): EpochMilliseconds | null {
  if (windows.length === 0) return null;
  const edges = new Set([0, ...windows.flatMap(({ from, to }) => [minutesOf(from), minutesOf(to)])]);
  const midnight = startOfDay(wallClockAt(timeZone, now));
  const candidates: number[] = [];
  for (let day = 0; day <= horizon_days; day++)
    for (const edge of edges) candidates.push(...instantsAt(timeZone, onDay(midnight, day, edge)));
  const end = epochMilliseconds(now + horizon_days * day_ms);
  const clocksChange = changeOfOffset(timeZone, now, end);
  if (clocksChange !== null) candidates.push(clocksChange);
  const open = isOpen(windows, timeZone, now);
  for (const candidate of candidates.toSorted((a, b) => a - b))
    if (candidate > now && isOpen(windows, timeZone, epochMilliseconds(candidate)) !== open)
      return epochMilliseconds(candidate);
  return null;
}

/** The times from `from` until `until` at which `isOpen` says yes, in order. */
export function openTimes(
  windows: readonly Window[],
  timeZone: string,
  from: EpochMilliseconds,
  until: EpochMilliseconds,
): readonly { readonly from: EpochMilliseconds; readonly until: EpochMilliseconds }[] {
  const times: { from: EpochMilliseconds; until: EpochMilliseconds }[] = [];
  let at = from;
  let open = isOpen(windows, timeZone, at);
  while (at < until) {
    const next = nextScheduleChange(windows, timeZone, at) ?? until;
    const end = next < until ? next : until;
    if (open) times.push({ from: at, until: end });
    open = !open;
    at = end;
  }
  return times;
}
