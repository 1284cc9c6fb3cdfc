import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';

/** Longer than any calendar month, a change of clock included. */
const overAMonth_ms = 32 * 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Which month the calendar on the wall of that IANA zone shows: year times 12 plus month, January 0. */
export function monthIndex(timeZone: string, instant: EpochMilliseconds): number {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      calendar: 'gregory',
      year: 'numeric',
      month: 'numeric',
    });
    formats.set(timeZone, format);
  }
  const parts = format.formatToParts(instant);
  const part = (type: string): number => Number(parts.find((each) => each.type === type)?.value);
  return part('year') * 12 + part('month') - 1;
}

/** `2026-11` for the index of November 2026. */
export const monthName = (index: number): string =>
  `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;

/**
 * The first instant after `instant` that lies in the next calendar month of the zone (5E). Where midnight is skipped that
 * day, the month begins when the clock goes on. The first instant of a month belongs to that month.
 */
export function nextMonthBegins(timeZone: string, instant: EpochMilliseconds): EpochMilliseconds {
  const present = monthIndex(timeZone, instant);
  return firstInstant(
    instant,
    instant + overAMonth_ms,
    (candidate) => monthIndex(timeZone, candidate) > present,
  );
}

/** When the calendar month that `instant` lies in began in the zone. */
export function monthBegan(timeZone: string, instant: EpochMilliseconds): EpochMilliseconds {
  const present = monthIndex(timeZone, instant);
  return firstInstant(
    instant - overAMonth_ms,
    instant,
    (candidate) => monthIndex(timeZone, candidate) >= present,
  );
}

/** Halves the span until one millisecond is left: `reached` is false at `before` and true at `behind`. */
function firstInstant(
  before: number,
  behind: number,
  reached: (candidate: EpochMilliseconds) => boolean,
): EpochMilliseconds {
  while (behind - before > 1) {
    const middle = Math.floor((before + behind) / 2);
    if (reached(epochMilliseconds(middle))) behind = middle;
    else before = middle;
  }
  return epochMilliseconds(behind);
}

/** The months begun from `from` up to, not including, `until`; the one that `from` lies in is the first. */
export function monthsBegun(
  timeZone: string,
  from: EpochMilliseconds,
  until: EpochMilliseconds,
): readonly number[] {
  if (until <= from) return [];
  const [first, last] = [monthIndex(timeZone, from), monthIndex(timeZone, epochMilliseconds(until - 1))];
  return Array.from({ length: last - first + 1 }, (_, step) => first + step);
}
