import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';

/** One price, valid from and including `from` until and excluding `until`. */
export interface PriceSlot {
  readonly from: EpochMilliseconds;
  readonly until: EpochMilliseconds;
  /** Currency per kilowatt hour; below 0 it is worth while to take energy. */
  readonly perKWh: number;
}

/** What a car needs, and how fast it can get it. */
export interface ChargingNeed {
  readonly energy_Wh: number;
  readonly power_W: number;
  readonly departure: EpochMilliseconds;
  /** When it may charge at all, ascending and apart from each other: a schedule may close hours. */
  readonly within: readonly Interval[];
}

export interface Interval {
  readonly from: EpochMilliseconds;
  readonly until: EpochMilliseconds;
}

export interface PricePlan {
  /** When to charge: ascending, apart from each other, half-open. */
  readonly charging: readonly Interval[];
  /** What the time until departure does not suffice for, watt hours. */
  readonly shortfall_Wh: number;
}

const hour_ms = 3_600_000;
/** An open end: beyond any departure, within what a date can hold. */
const forever = epochMilliseconds(8_640_000_000_000_000);

/**
 * The cheapest time that delivers the energy before the departure: the cheapest slots, the earlier of equal ones first, the
 * dearest of them only from its beginning as far as it is needed. Slots may have any length and leave gaps.
 *
 * A time without a price is taken for dearer than any known one: nobody is made to wait for a price that may never be
 * told, and nothing known is passed over in the hope of it. It is used, earliest first, when the known time does not
 * suffice; so a missing price never costs the departure. When all the time is needed, all of it is used. After the
 * departure, what is still missing is charged at once, whatever it costs.
 */
export function planCheapest(
  series: readonly PriceSlot[],
  need: ChargingNeed,
  now: EpochMilliseconds,
): PricePlan {
  if (need.energy_Wh <= 0) return { charging: [], shortfall_Wh: 0 };
  if (need.departure <= now) return { charging: [{ from: now, until: forever }], shortfall_Wh: 0 };
  // Whole milliseconds, up: no energy is lost, and the noise of a division costs none.
  let missing_ms = need.power_W > 0 ? Math.ceil((need.energy_Wh * hour_ms) / need.power_W - 1e-3) : Infinity;
  const chosen: { from: number; until: number }[] = [];
  const candidates = need.within
    .flatMap(({ from, until }) => pieces(series, Math.max(now, from), Math.min(need.departure, until)))
    .toSorted((a, b) => compareCost(a.perKWh, b.perKWh) || a.from - b.from);
  for (const piece of candidates) {
    if (missing_ms <= 0) break;
    const used_ms = Math.min(missing_ms, piece.until - piece.from);
    chosen.push({ from: piece.from, until: piece.from + used_ms });
    missing_ms -= used_ms;
  }
  const shortfall_Wh = missing_ms === Infinity ? need.energy_Wh : (missing_ms / hour_ms) * need.power_W;
  return { charging: joined(chosen), shortfall_Wh: Math.max(0, shortfall_Wh) };
}

/** Is this an instant to charge at? */
export const chargesAt = (plan: PricePlan, at: EpochMilliseconds): boolean =>
  plan.charging.some(({ from, until }) => at >= from && at < until);

/** The next instant after `at` at which `chargesAt` answers otherwise; null when it never does. */
export function nextPlanChange(plan: PricePlan, at: EpochMilliseconds): EpochMilliseconds | null {
  for (const { from, until } of plan.charging) {
    if (from > at) return from;
    if (until > at) return until === forever ? null : until;
  }
  return null;
}

interface Piece {
  readonly from: number;
  readonly until: number;
  /** Null: nobody told. */
  readonly perKWh: number | null;
}

const compareCost = (a: number | null, b: number | null): number =>
  a === null || b === null ? Number(a === null) - Number(b === null) : a - b;

/** The time from `from` until `until` cut where a price begins or ends. */
function pieces(series: readonly PriceSlot[], from: number, until: number): Piece[] {
  const result: Piece[] = [];
  let at = from;
  if (from >= until) return result;
  for (const slot of series) {
    if (slot.until <= at) continue;
    if (slot.from >= until) break;
    if (slot.from > at) result.push({ from: at, until: slot.from, perKWh: null });
    const begins = Math.max(at, slot.from);
    at = Math.min(until, slot.until);
    result.push({ from: begins, until: at, perKWh: slot.perKWh });
  }
  if (at < until) result.push({ from: at, until, perKWh: null });
  return result;
}

/** In order of time, touching ones as one. */
function joined(chosen: readonly { from: number; until: number }[]): readonly Interval[] {
  const result: { from: EpochMilliseconds; until: EpochMilliseconds }[] = [];
  for (const { from, until } of chosen.toSorted((a, b) => a.from - b.from)) {
    const end = epochMilliseconds(until);
    const last = result.at(-1);
    if (last && last.until >= from) last.until = end;
    else result.push({ from: epochMilliseconds(from), until: end });
  }
  return result;
}
