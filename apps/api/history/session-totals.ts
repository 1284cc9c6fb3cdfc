import type { PricedSession } from '#libs/store/priced-sessions.js';

export interface Total {
  readonly count: number;
  readonly energy_Wh: number;
  /** Per currency, of the sessions whose cost is known. */
  readonly cost: Readonly<Record<string, number>>;
  /** Sessions whose cost is unknown. */
  readonly withoutCost: number;
}

export const noTotal: Total = { count: 0, energy_Wh: 0, cost: {}, withoutCost: 0 };

export function addTo(total: Total, { energy_Wh, cost, currency }: PricedSession): Total {
  const known = cost !== null && currency !== null;
  return {
    count: total.count + 1,
    energy_Wh: total.energy_Wh + (energy_Wh ?? 0),
    cost: known ? { ...total.cost, [currency]: (total.cost[currency] ?? 0) + cost } : total.cost,
    withoutCost: total.withoutCost + (known ? 0 : 1),
  };
}

/** The month in which a session began, as the location's calendar shows it: 2026-03. */
export function monthOf(timeZone: string, at: Date): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
  }).formatToParts(at);
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}`;
}
