/** The calendar day of an instant in a time zone, e.g. `2026-03-29`. @param instant_ms since the epoch */
export const dayIn = (timeZone: string, instant_ms: number): string =>
  writtenIn(timeZone, instant_ms).slice(0, 10);

/** The first day of the month that a day lies in. */
export const firstOfMonth = (day: string): string => `${day.slice(0, 8)}01`;

/** The day after, by the calendar. */
export const dayAfter = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

/**
 * When a day begins in a time zone, RFC 3339 in UTC. Where the clocks are put forward at midnight, when the day's first hour
 * begins.
 * @param day e.g. `2026-03-29`
 */
export function startOfDay(day: string, timeZone: string): string {
  const midnight_ms = Date.parse(`${day}T00:00:00Z`);
  const offset_ms = (instant_ms: number): number =>
    Date.parse(`${writtenIn(timeZone, instant_ms)}Z`) - instant_ms;
  // The offset in force around that time: with the one before and the one after a change of the clocks, the later that fits.
  const tries = [midnight_ms - 86_400_000, midnight_ms + 86_400_000].map(
    (around_ms) => midnight_ms - offset_ms(around_ms),
  );
  const fitting = tries.filter((instant_ms) => instant_ms + offset_ms(instant_ms) === midnight_ms);
  return new Date(Math.min(...(fitting.length > 0 ? fitting : [Math.max(...tries)]))).toISOString();
}

/** Swedish writes dates as ISO 8601 does: `2026-03-29T01:30:00`. */
const writtenIn = (timeZone: string, instant_ms: number): string =>
  new Date(instant_ms)
    .toLocaleString('sv-SE', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
    .replace(' ', 'T');
