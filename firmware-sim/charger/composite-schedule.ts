import type { Offer, ProfileStore, RunningTransaction } from './profile-store.js';

/** One outlet as the calculation needs it. */
export interface ScheduledOutlet {
  readonly number: number;
  readonly hardware: Offer;
  readonly transaction: RunningTransaction | null;
}

export interface CompositePeriod {
  readonly startPeriod: number;
  readonly limit: number;
  readonly numberPhases: number;
}

/**
 * What the charger expects to allow over the next `duration_s` seconds: all purposes and stack levels combined, as
 * periods in seconds from now (OCPP 1.6 5.7, OCPP 2.0.1 K08). Several outlets together are the sum of their limits.
 * Without a transaction a relative schedule is read as if one began now.
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
  const instants = outlets.flatMap((outlet) =>
    profiles.changes(outlet.number, now_ms, end_ms, started(outlet)),
  );
  const periods: CompositePeriod[] = [];
  for (const at_ms of [now_ms, ...new Set(instants.toSorted((a, b) => a - b))]) {
    const offers = outlets.map((outlet) =>
      profiles.offer(outlet.number, at_ms, started(outlet), outlet.hardware),
    );
    const inUnit = ({ limit_A, phases }: Offer): number =>
      unit === 'A' ? limit_A : limit_A * phases * voltage_V;
    const limit = Math.round(offers.reduce((sum, offer) => sum + inUnit(offer), 0) * 10) / 10;
    const numberPhases = Math.max(...offers.map(({ phases }) => phases));
    const last = periods.at(-1);
    if (last?.limit === limit && last.numberPhases === numberPhases) continue;
    periods.push({ startPeriod: Math.ceil((at_ms - now_ms) / 1_000), limit, numberPhases });
  }
  return periods;
}
