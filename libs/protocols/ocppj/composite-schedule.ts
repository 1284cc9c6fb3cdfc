import type { Offer, RunningTransaction } from './charging-profile.js';
import type { ProfileStore } from './profile-store.js';

/** One outlet as the calculation needs it. */
export interface ScheduledOutlet {
  readonly number: number;
  /** What holds without any profile; a `limit_A` of Infinity: nobody knows. */
  readonly hardware: Offer;
  readonly transaction: RunningTransaction | null;
}

export interface CompositePeriod {
  /** Seconds from the start of the composite schedule. */
  readonly startPeriod: number;
  /** In the unit asked for, to 0.1. */
  readonly limit: number;
  readonly numberPhases: number;
}

/**
 * What the charger expects to allow over the next `duration_s` seconds: all purposes and stack levels combined, as
 * periods in seconds from now (OCPP 1.6 3.13.4 and 5.7, OCPP 2.0.1 K01 and K08). Several outlets together are the sum of
 * their limits, and no more than what is allowed to the station. Without a transaction a schedule that counts from one is
 * read as if it began now.
 */
export function compositeSchedule(
  profiles: ProfileStore,
  outlets: readonly ScheduledOutlet[],
  now_ms: number,
  duration_s: number,
  unit: 'A' | 'W',
  voltage_V: number,
): CompositePeriod[] {
  const end_ms = now_ms + duration_s * 1_000;
  const started = (outlet: ScheduledOutlet): RunningTransaction =>
    outlet.transaction ?? { transactionId: null, startedAt_ms: now_ms };
  // A change within a second is told with the next whole one: periods begin at whole seconds.
  const seconds = outlets
    .flatMap((outlet) => profiles.changes(outlet.number, now_ms, end_ms, started(outlet)))
    .map((at_ms) => Math.ceil((at_ms - now_ms) / 1_000))
    .filter((second) => second < duration_s)
    .toSorted((a, b) => a - b);
  const inUnit = ({ limit_A, phases }: Offer): number =>
    unit === 'A' ? limit_A : limit_A * phases * voltage_V;
  const periods: CompositePeriod[] = [];
  for (const startPeriod of new Set([0, ...seconds])) {
    const at_ms = now_ms + startPeriod * 1_000;
    const offers = outlets.map((outlet) =>
      profiles.offer(outlet.number, at_ms, started(outlet), outlet.hardware),
    );
    const numberPhases = Math.max(...offers.map(({ phases }) => phases));
    const sum = offers.reduce((total, offer) => total + inUnit(offer), 0);
    const station = outlets.map((outlet) =>
      profiles.stationOffer(at_ms, started(outlet), { limit_A: Infinity, phases: 3 }),
    );
    const limit = Math.round(Math.min(sum, ...station.map(inUnit)) * 10) / 10;
    const last = periods.at(-1);
    if (last?.limit === limit && last.numberPhases === numberPhases) continue;
    periods.push({ startPeriod, limit, numberPhases });
  }
  return periods;
}
