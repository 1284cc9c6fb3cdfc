import { noWishes, type Wishes } from '#libs/allocation/modes/wishes.js';
import type { DeviceSettings } from '#libs/contracts/settings.js';
import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';

const instantOf = (text: string | null | undefined): EpochMilliseconds | null =>
  text ? epochMilliseconds(Date.parse(text)) : null;
const wattHours = (energy_kWh: number | null | undefined): number | null =>
  typeof energy_kWh === 'number' ? energy_kWh * 1_000 : null;

/**
 * What a charger's twin and the driver's token say, as wishes for the session that runs. The smaller maximum holds;
 * a goal of another session is none.
 */
export function toWishes(
  settings: DeviceSettings | undefined,
  tokenMaximum_A: number | null,
  transactionId: number | null,
): Wishes {
  const maximums_A = [settings?.maxCurrent_A ?? null, tokenMaximum_A].filter((each) => each !== null);
  const goal = settings?.goal?.transactionId === transactionId ? settings?.goal : undefined;
  return {
    maximum_A: maximums_A.length === 0 ? null : Math.min(...maximums_A),
    windows: settings?.schedule ?? noWishes.windows,
    mode: settings?.mode ?? noWishes.mode,
    departures: settings?.departures ?? noWishes.departures,
    energy_Wh: wattHours(settings?.energy_kWh),
    boostUntil: instantOf(settings?.boostUntil),
    priority: settings?.priority ?? noWishes.priority,
    phases: settings?.phases ?? noWishes.phases,
    goal: goal ? { departure: instantOf(goal.departure), energy_Wh: wattHours(goal.energy_kWh) } : null,
  };
}
