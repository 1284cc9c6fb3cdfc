/** What the meter's register showed at an instant (milliseconds since the epoch). */
export interface RegisterReading {
  readonly at: number;
  readonly energy_Wh: number;
}

export interface EnergyPrice {
  readonly from: number;
  readonly until: number;
  readonly perKWh: number;
}

export interface SessionRegisters {
  readonly startedAt: number;
  readonly meterStart_Wh: number;
  readonly endedAt: number | null;
  readonly meterStop_Wh: number | null;
}

/** Start, what was read in between, and end, in order of time. */
function stepsOf(
  session: SessionRegisters,
  readings: readonly RegisterReading[],
): readonly RegisterReading[] {
  const { startedAt, meterStart_Wh, endedAt, meterStop_Wh } = session;
  const within = readings.filter(({ at }) => at > startedAt && (endedAt === null || at < endedAt));
  const steps = [{ at: startedAt, energy_Wh: meterStart_Wh }, ...within.toSorted((a, b) => a.at - b.at)];
  if (endedAt !== null && meterStop_Wh !== null) steps.push({ at: endedAt, energy_Wh: meterStop_Wh });
  return steps;
}

/** What came between two readings; a register that fell back (it rolled over, or the meter was changed) says nothing. */
const gained_Wh = (before: RegisterReading, after: RegisterReading): number =>
  Math.max(0, after.energy_Wh - before.energy_Wh);

/** A meter that rolled over or was changed begins low again; a sample that is a little off or late does not. */
const fellBack = (before: RegisterReading | undefined, { energy_Wh }: RegisterReading): boolean =>
  before !== undefined && energy_Wh < before.energy_Wh / 2;

/**
 * The energy of an ended session, never negative: stop less start, or where the register fell back the sum of what was read
 * between; null when that is not known either.
 */
export function sessionEnergy_Wh(
  session: SessionRegisters,
  readings: readonly RegisterReading[],
): number | null {
  const { meterStart_Wh, meterStop_Wh } = session;
  if (meterStop_Wh === null) return null;
  const steps = stepsOf(session, readings);
  const fell = meterStop_Wh < meterStart_Wh || steps.some((step, index) => fellBack(steps[index - 1], step));
  if (!fell) return meterStop_Wh - meterStart_Wh;
  if (steps.length <= 2) return null;
  return steps.reduce((sum, step, index) => {
    const before = steps[index - 1];
    return before ? sum + gained_Wh(before, step) : sum;
  }, 0);
}

/** What it cost at these prices, in their currency; null when the price of some of its energy is unknown. */
export function sessionCost(
  session: SessionRegisters,
  readings: readonly RegisterReading[],
  prices: readonly EnergyPrice[],
): number | null {
  if (session.meterStop_Wh === null || sessionEnergy_Wh(session, readings) === null) return null;
  const steps = stepsOf(session, readings);
  let cost = 0;
  for (const [index, after] of steps.entries()) {
    const before = steps[index - 1];
    if (!before) continue;
    const energy_Wh = gained_Wh(before, after);
    if (energy_Wh === 0) continue;
    const price = meanPrice(prices, before.at, after.at);
    if (price === null) return null;
    cost += (energy_Wh / 1_000) * price;
  }
  return cost;
}

/** Between two readings energy is taken to flow evenly; null when a part of the time has no price. */
function meanPrice(prices: readonly EnergyPrice[], from: number, until: number): number | null {
  // Two readings of one instant: the price of that instant.
  const end = Math.max(until, from + 1);
  let covered = 0;
  let sum = 0;
  for (const price of prices) {
    const overlap = Math.min(end, price.until) - Math.max(from, price.from);
    if (overlap <= 0) continue;
    covered += overlap;
    sum += overlap * price.perKWh;
  }
  return covered < end - from ? null : sum / covered;
}
