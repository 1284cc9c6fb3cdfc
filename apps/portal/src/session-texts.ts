import type { ChargingSession, SessionTotals } from './site-api.js';

export const energyText = (energy_Wh: number): string => `${(energy_Wh / 1_000).toFixed(2)} kWh`;

export const costText = (cost: number, currency: string): string =>
  new Intl.NumberFormat(undefined, { style: 'currency', currency, currencyDisplay: 'code' }).format(cost);

/** E.g. `EUR 12.40 and DKK 3.10`; nothing where no cost is known. */
export const costsText = ({ cost }: Pick<SessionTotals, 'cost'>): string =>
  Object.entries(cost)
    .map(([currency, sum]) => costText(sum, currency))
    .join(' and ');

/** The person who began it, else what the location calls the token, else the token. */
export const whoCharged = ({ personName, tokenLabel, idToken }: ChargingSession): string =>
  personName ?? tokenLabel ?? idToken;
