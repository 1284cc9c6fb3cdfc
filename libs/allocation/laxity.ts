import type { EpochMilliseconds } from '#libs/units/quantities.js';
import type { ConnectorState } from './connector-state.js';
import { countBits } from './phase-switch.js';
import type { SiteState } from './site-state.js';

/** One hour of laxity more is so much later in the fill, ampere: a quarter of an hour is the whole range of a charger. */
const levelPerHour_A = 128;
/** Laxity beyond this is all the same, and a car that says nothing of leaving counts as having so much, hours. */
const longestLaxity_h = 24;
/** Below this a car is admitted before others: it has no slot to give away any more, hours. */
const criticalLaxity_h = 0.5;
/** Nominal voltage of a load; only the ratio of energy to current matters. */
const nominal_V = 230;
const millisecondsPerHour = 3_600_000;

/** Writes what the cars' departures mean for the coming fill; expects the maxima of the allocation. */
export function noteDepartures(state: SiteState, now: EpochMilliseconds): void {
  const { departures, maximum_A } = state.allocation;
  departures.offset_A.fill(0);
  // A car that says nothing of leaving may leave at any moment: it needs all it can take.
  departures.needed_A.set(maximum_A);
  departures.missing_Ah.fill(0);
  departures.critical.fill(0);
  if (!state.connectors.some(({ settings }) => settings.departure)) return;
  for (const connector of state.connectors) {
    const { index } = connector;
    const exact_h = laxityOf_h(connector, maximum_A[index]!, now);
    const laxity_h = Math.min(longestLaxity_h, Math.max(0, exact_h));
    departures.critical[index] = Number(exact_h < criticalLaxity_h);
    departures.offset_A[index] = laxity_h * levelPerHour_A;
    const { departure } = connector.settings;
    if (!departure || departure.remaining_Wh <= 0) continue;
    const missing_Ah = ampereHours(connector, departure.remaining_Wh);
    const left_h = Math.max(0, departure.at - now) / millisecondsPerHour;
    departures.missing_Ah[index] = missing_Ah;
    departures.needed_A[index] = Math.min(maximum_A[index]!, left_h > 0 ? missing_Ah / left_h : Infinity);
  }
}

/** Hours the car could stand idle and still be ready; Infinity when it says nothing of leaving or needs nothing. */
export function laxityOf_h(connector: ConnectorState, maximum_A: number, now: EpochMilliseconds): number {
  const { departure } = connector.settings;
  if (!departure || departure.remaining_Wh <= 0 || maximum_A <= 0) return Infinity;
  const left_h = (departure.at - now) / millisecondsPerHour;
  return left_h - ampereHours(connector, departure.remaining_Wh) / maximum_A;
}

const ampereHours = (connector: ConnectorState, energy_Wh: number): number =>
  energy_Wh / nominal_V / Math.max(1, countBits(connector.slots));
