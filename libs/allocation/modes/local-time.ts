import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

const day_ms = 86_400_000;
const minute_ms = 60_000;
/** The longest distance of a zone from UTC is 14 h; one more day covers both sides of any change. */
const farthest_ms = day_ms;

/**
 * A wall clock's reading as if it were UTC, milliseconds: arithmetic on it is arithmetic on the dial. Days of it always
 * have 24 h, whatever the zone does.
 */
export type WallClock = number & { readonly wallClock: unique symbol };
export const wallClock = (value: number): WallClock => value as WallClock;

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
    formatters.set(timeZone, formatter);
  }
  return formatter;
}

/** What the clocks of the IANA zone show at an instant, whole seconds. */
export function wallClockAt(timeZone: string, at: EpochMilliseconds): WallClock {
  const part: Record<string, number> = {};
  for (const { type, value } of formatterOf(timeZone).formatToParts(at)) part[type] = Number(value);
  const days = daysSinceEpoch(part['year']!, part['month']!, part['day']!);
  return wallClock(
    days * day_ms + (part['hour']! * 60 + part['minute']!) * minute_ms + part['second']! * 1_000,
  );
}

/** Days of the Gregorian calendar since 1970-01-01; March begins the year, so that the leap day is its last. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const marchMonth = (month + 9) % 12;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return 365 * marchYear + leapDays + Math.floor((153 * marchMonth + 2) / 5) + day - 1 - 719_468;
}

/** Distance of the zone's clocks from UTC at an instant, milliseconds. */
export const offset_ms = (timeZone: string, at: EpochMilliseconds): number =>
  wallClockAt(timeZone, at) - Math.floor(at / 1_000) * 1_000;

/**
 * The instants at which the clocks of the zone show this: one on most days, none in the hour that is skipped in spring,
 * two (earlier first) in the hour that comes twice in autumn.
 */
export function instantsAt(timeZone: string, shown: WallClock): readonly EpochMilliseconds[] {
  const offsets = new Set(
    [-farthest_ms, farthest_ms].map((away) => offset_ms(timeZone, epochMilliseconds(shown + away))),
  );
  return [...offsets]
    .map((offset) => epochMilliseconds(shown - offset))
    .filter((at) => wallClockAt(timeZone, at) === shown)
    .toSorted((a, b) => a - b);
}

/** The first instant at which the clocks show this or, when that time is skipped, the instant of the change. */
export function firstInstantAt(timeZone: string, shown: WallClock): EpochMilliseconds {
  const [first] = instantsAt(timeZone, shown);
  if (first !== undefined) return first;
  const before = epochMilliseconds(shown - farthest_ms);
  return changeOfOffset(timeZone, before, epochMilliseconds(shown + farthest_ms)) ?? before;
}

/** The instant in (from, until] from which the zone's offset is that of `until`; null when both have the same. */
export function changeOfOffset(
  timeZone: string,
  from: EpochMilliseconds,
  until: EpochMilliseconds,
): EpochMilliseconds | null {
  const target = offset_ms(timeZone, until);
  if (offset_ms(timeZone, from) === target) return null;
  let low = Math.floor(from / minute_ms);
  let high = Math.ceil(until / minute_ms);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offset_ms(timeZone, epochMilliseconds(middle * minute_ms)) === target) high = middle;
    else low = middle;
  }
  return epochMilliseconds(high * minute_ms);
}

export const startOfDay = (shown: WallClock): WallClock => wallClock(Math.floor(shown / day_ms) * day_ms);
export const minuteOfDay = (shown: WallClock): number => Math.floor((shown - startOfDay(shown)) / minute_ms);
/** 1970-01-01 was a Thursday. */
export const weekdayOf = (shown: WallClock): Weekday =>
  weekdays[(((Math.floor(shown / day_ms) + 3) % 7) + 7) % 7]!;

/** `day` days later on the calendar, `minutes` after midnight on the dial. */
export const onDay = (midnight: WallClock, day: number, minutes: number): WallClock =>
  wallClock(midnight + day * day_ms + minutes * minute_ms);

/** `HH:MM` as minutes after midnight. */
export function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}

const clockFormatters = new Map<string, Intl.DateTimeFormat>();

/** An instant as people of the zone read it, e.g. `Tue 02:15`. `locale`: BCP 47. */
export function clockText(timeZone: string, locale: string, at: EpochMilliseconds): string {
  const key = `${locale} ${timeZone}`;
  let formatter = clockFormatters.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(locale, {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    clockFormatters.set(key, formatter);
  }
  return formatter.format(at);
}
