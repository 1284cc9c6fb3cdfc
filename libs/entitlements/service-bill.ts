import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import { monthName, monthsBegun } from './calendar-month.js';

/** What of a service its bill follows from. */
export interface BilledService {
  /** IANA zone in which its months are counted. */
  readonly timeZone: string;
  readonly activatedAt: EpochMilliseconds;
  /** The first instant at which it is over; null while it goes on. */
  readonly endsAt: EpochMilliseconds | null;
  /** When it was switched off at once. */
  readonly stoppedAt: EpochMilliseconds | null;
  /** In the smallest unit of its currency. */
  readonly monthlyPrice_minor: number;
  /** Its first months that cost nothing (AJ-37). */
  readonly trialMonths: number;
}

export interface BillLine {
  /** `2026-11` */
  readonly month: string;
  readonly amount_minor: number;
  readonly trial: boolean;
}

/** One line for each month begun while it ran, up to `now` (AJ-25); that of the activation however short it was. */
export function billLines(service: BilledService, now: EpochMilliseconds): readonly BillLine[] {
  const { timeZone, activatedAt, endsAt, stoppedAt, monthlyPrice_minor, trialMonths } = service;
  const end = stoppedAt ?? endsAt ?? Number.POSITIVE_INFINITY;
  // A month has begun at its first instant.
  const until = epochMilliseconds(Math.max(Math.min(end, now + 1), activatedAt + 1));
  return monthsBegun(timeZone, activatedAt, until).map((month, index) => {
    const trial = index < trialMonths;
    return { month: monthName(month), amount_minor: trial ? 0 : monthlyPrice_minor, trial };
  });
}
