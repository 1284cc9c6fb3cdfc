import type { EpochMilliseconds } from '#libs/units/quantities.js';

/** A weekly window in local time; `from` later than `to` crosses midnight, equal means the whole day. */
export interface Window {
  readonly days: readonly ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[];
  readonly from: string;
  readonly to: string;
}

const week = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const formatters = new Map<string, Intl.DateTimeFormat>();

/** True when charging is allowed at `now`: no windows means always. Times are wall-clock times of the IANA zone, so DST shifts with it. */
export function isOpen(windows: readonly Window[], timeZone: string, now: EpochMilliseconds): boolean {
  if (windows.length === 0) return true;
  const { day, minute } = localTime(timeZone, now);
  const yesterday = week[(week.indexOf(day) + 6) % 7]!;
  return windows.some((window) => {
    const from = minuteOfDay(window.from);
    const to = minuteOfDay(window.to);
    if (from < to) return window.days.includes(day) && minute >= from && minute < to;
    return (window.days.includes(day) && minute >= from) || (window.days.includes(yesterday) && minute < to);
  });
}

function localTime(timeZone: string, now: EpochMilliseconds): { day: (typeof week)[number]; minute: number } {
  let formatter = formatters.get(timeZone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formatters.set(timeZone, formatter);
  }
  const parts = Object.fromEntries(formatter.formatToParts(now).map((part) => [part.type, part.value]));
  const day = week.find((name) => name === parts['weekday']?.toLowerCase()) ?? 'mon';
  return { day, minute: Number(parts['hour']) * 60 + Number(parts['minute']) };
}

function minuteOfDay(time: string): number {
  const [hours, minutes] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}
