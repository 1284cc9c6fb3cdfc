import { epochMilliseconds, milliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import type { ConnectorSettings, Departure } from '../connector-settings.js';
import { isOpen, nextScheduleChange, openTimes, type Window } from '../schedule.js';
import { nextDeparture, type DailyDeparture } from './departure.js';
import { chargesAt, nextPlanChange, planCheapest, type PriceSlot } from './price-plan.js';

/** How a charger is to charge beneath the fuses, which hold in every mode. */
export const chargingModes = ['balanced', 'solar', 'solar-with-minimum', 'price'] as const;
export type ChargingMode = (typeof chargingModes)[number];

/** What people set for a charger and its running session. Every entry has a value: what nobody set is null, empty or plain. */
export interface Wishes {
  /** The lowest of the charger's and the driver's maximum, ampere per line. */
  readonly maximum_A: number | null;
  /** When charging is allowed; empty: always. */
  readonly windows: readonly Window[];
  readonly mode: ChargingMode;
  readonly departures: readonly DailyDeparture[];
  /** Energy per charging session, watt hours; null: nobody said. */
  readonly energy_Wh: number | null;
  readonly boostUntil: EpochMilliseconds | null;
  readonly priority: number;
  readonly phases: ConnectorSettings['phases'];
  /** For the running session only, in the place of the two above; a null in it leaves the other as it is. */
  readonly goal: { readonly departure: EpochMilliseconds | null; readonly energy_Wh: number | null } | null;
}

export const noWishes: Wishes = {
  maximum_A: null,
  windows: [],
  mode: 'balanced',
  departures: [],
  energy_Wh: null,
  boostUntil: null,
  priority: 0,
  phases: 'automatic',
  goal: null,
};

/** The running charging session, as far as it is known. */
export interface Session {
  readonly startedAt: EpochMilliseconds;
  readonly delivered_Wh: number;
  /** What the car takes when nothing limits it but its charger. */
  readonly power_W: number;
}

/** What holds for a location. */
export interface Tariff {
  readonly timeZone: string;
  /** Ascending, free of overlaps. */
  readonly prices: readonly PriceSlot[];
}

/** What is assumed where nobody said it. */
export const wishPolicy = {
  /** Need of a car in price mode whose driver named none; once it has got it, the price holds it back no longer. */
  assumedEnergy_Wh: 40_000,
  /** Stay of a car in price mode whose departure nobody named, from the start of its session. */
  assumedStay: milliseconds(24 * 3_600_000),
  /** Share of the full power that a plan counts on: fuses, other cars and a warm battery take the rest. */
  plannedShare: 0.9,
  /** Less than this is not worth another start. */
  enough_Wh: 50,
  /** A plan is looked at again after this long although no price begins or ends. */
  replanAfter: milliseconds(15 * 60_000),
} as const;

export interface Resolved {
  readonly settings: ConnectorSettings;
  /** Until then nothing changes by the clock alone; null: never. */
  readonly validUntil: EpochMilliseconds | null;
}

/** What the wishes come to at `now`. A boost leaves the rest in place: it is what holds again afterwards. */
export function resolveWishes(
  wishes: Wishes,
  session: Session | null,
  tariff: Tariff,
  now: EpochMilliseconds,
): Resolved {
  const boosted = wishes.boostUntil !== null && now < wishes.boostUntil;
  const departure = session && departureOf(wishes, session, tariff, now);
  const held = [
    bySchedule(wishes, tariff, now),
    ...(session && wishes.mode === 'price' ? [byPrice(wishes, session, tariff, now)] : []),
  ];
  const pause = held.find(({ pausedBy }) => pausedBy !== null) ?? null;
  const { mode } = wishes;
  return {
    settings: {
      personMaximum_A: wishes.maximum_A,
      pausedBy: pause?.pausedBy ?? null,
      pausedUntil: pause?.nextChange ?? null,
      solar: mode === 'solar' ? 'surplus' : mode === 'solar-with-minimum' ? 'surplus-with-minimum' : 'off',
      boosted,
      priority: wishes.priority,
      phases: wishes.phases,
      departure,
    },
    validUntil: earliest([
      boosted ? wishes.boostUntil : null,
      departure && departure.at > now ? departure.at : null,
      ...held.map(({ validUntil }) => validUntil),
    ]),
  };
}

/** What is still missing of the energy that was asked for, or assumed in price mode; null when nothing is known of it. */
export function remaining_Wh(wishes: Wishes, session: Session): number | null {
  const wanted_Wh =
    wishes.goal?.energy_Wh ??
    wishes.energy_Wh ??
    (wishes.mode === 'price' ? wishPolicy.assumedEnergy_Wh : null);
  return wanted_Wh === null ? null : Math.max(0, wanted_Wh - session.delivered_Wh);
}

interface Hold {
  readonly pausedBy: ConnectorSettings['pausedBy'];
  /** When the pause is to end, as far as the clock alone decides it. */
  readonly nextChange: EpochMilliseconds | null;
  readonly validUntil: EpochMilliseconds | null;
}

function bySchedule({ windows }: Wishes, { timeZone }: Tariff, now: EpochMilliseconds): Hold {
  const nextChange = nextScheduleChange(windows, timeZone, now);
  const open = isOpen(windows, timeZone, now);
  return { pausedBy: open ? null : 'schedule', nextChange, validUntil: nextChange };
}

function byPrice(wishes: Wishes, session: Session, tariff: Tariff, now: EpochMilliseconds): Hold {
  const missing_Wh = remaining_Wh(wishes, session) ?? 0;
  if (missing_Wh <= wishPolicy.enough_Wh) {
    const asked = (wishes.goal?.energy_Wh ?? wishes.energy_Wh) !== null;
    return { pausedBy: asked ? 'goal' : null, nextChange: null, validUntil: null };
  }
  const departure = departureInstant(wishes, session, tariff, now);
  const plan = planCheapest(
    tariff.prices,
    {
      energy_Wh: missing_Wh,
      power_W: session.power_W * wishPolicy.plannedShare,
      departure,
      within: openTimes(wishes.windows, tariff.timeZone, now, departure),
    },
    now,
  );
  const nextChange = nextPlanChange(plan, now);
  return {
    pausedBy: chargesAt(plan, now) ? null : 'price',
    nextChange,
    validUntil: earliest([
      nextChange,
      nextPriceChange(tariff.prices, now),
      epochMilliseconds(now + wishPolicy.replanAfter),
    ]),
  };
}

/** The goal's own, also when it has passed; else the next of the week; else the end of the assumed stay. */
function departureInstant(
  wishes: Wishes,
  session: Session,
  { timeZone }: Tariff,
  now: EpochMilliseconds,
): EpochMilliseconds {
  return (
    wishes.goal?.departure ??
    nextDeparture(wishes.departures, timeZone, now) ??
    epochMilliseconds(session.startedAt + wishPolicy.assumedStay)
  );
}

/** For least laxity: only a departure that somebody named, with an energy to be had by then. */
function departureOf(
  wishes: Wishes,
  session: Session,
  tariff: Tariff,
  now: EpochMilliseconds,
): Departure | null {
  const missing_Wh = remaining_Wh(wishes, session);
  const named = wishes.goal?.departure ?? nextDeparture(wishes.departures, tariff.timeZone, now);
  if (missing_Wh === null || named === null) return null;
  return { at: named, remaining_Wh: missing_Wh };
}

function nextPriceChange(prices: readonly PriceSlot[], now: EpochMilliseconds): EpochMilliseconds | null {
  for (const { from, until } of prices) {
    if (from > now) return from;
    if (until > now) return until;
  }
  return null;
}

function earliest(instants: readonly (EpochMilliseconds | null)[]): EpochMilliseconds | null {
  let first: EpochMilliseconds | null = null;
  for (const instant of instants)
    if (instant !== null && (first === null || instant < first)) first = instant;
  return first;
}
