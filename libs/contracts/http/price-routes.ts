import { z } from 'zod';
import { instant, locationParams } from './common.js';
import { onLocation, route } from './route.js';

const instantWithOffset = z.iso.datetime({ offset: true });
const currency = z.string().regex(/^[A-Z]{3}$/, 'name a currency by its three letters (ISO 4217), e.g. EUR');
const perKWh = z.number().min(-1_000).max(1_000).meta({ description: 'Currency per kilowatt hour' });

const priceSeriesSchema = z
  .object({
    currency: currency.nullable().meta({ description: 'null while there are no prices' }),
    slots: z.array(z.object({ from: instant, until: instant, perKWh })),
  })
  .meta({ id: 'PriceSeries' });

/** Day-ahead prices of a location, for charging in the cheapest hours (NB-91). */
export const priceRoutes = {
  getPrices: route({
    method: 'get',
    path: '/v1/locations/{locationId}/prices',
    operationId: 'getPrices',
    summary: 'The prices of a time; from now on for two days unless you say otherwise',
    tag: 'tariffs',
    access: onLocation('telemetry', 'refuse'),
    params: locationParams,
    query: z.object({ from: instantWithOffset.optional(), until: instantWithOffset.optional() }),
    body: null,
    response: { kind: 'json', status: 200, schema: priceSeriesSchema },
    errors: [],
  }),
  putPrices: route({
    method: 'put',
    path: '/v1/locations/{locationId}/prices',
    operationId: 'putPrices',
    summary: 'Give prices: they take the place of what was known for their time, the rest stays (NB-91)',
    tag: 'tariffs',
    access: onLocation('comfort', 'refuse'),
    params: locationParams,
    query: z.object({}),
    body: z.strictObject({
      currency,
      slots: z
        .array(z.strictObject({ from: instantWithOffset, until: instantWithOffset, perKWh }))
        .min(1)
        .max(1_000)
        .meta({ description: 'In order of time, half-open, of any length; gaps are allowed' }),
    }),
    response: { kind: 'json', status: 200, schema: priceSeriesSchema },
    errors: ['misplaced-price'],
  }),
  importPrices: route({
    method: 'post',
    path: '/v1/locations/{locationId}/prices/import',
    operationId: 'importPrices',
    summary: 'Give prices as a CSV file with the columns from, price and, if you like, until',
    tag: 'tariffs',
    access: onLocation('comfort', 'refuse'),
    params: locationParams,
    query: z.object({
      currency,
      per: z
        .enum(['kWh', 'MWh'])
        .default('kWh')
        .meta({ description: 'How much energy a price of the file is for' }),
    }),
    bodyMediaType: 'text/csv',
    body: z.string().min(1).meta({
      description:
        "Times without an offset are the location's own; in the hour that comes twice they need one",
    }),
    response: { kind: 'json', status: 200, schema: priceSeriesSchema },
    errors: ['misplaced-price', 'unreadable-prices'],
  }),
};
