import { z } from 'zod';
import { instant, organisationParams, uuid } from './common.js';
import { minorUnits } from './reseller-routes.js';
import { onOrganisation, route } from './route.js';

const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'a month, e.g. 2026-11');
const count = z.number().int().min(0).max(10_000_000);

/** What one dealer's hubs cost the reseller in a month, by currency (AJ-37). */
const dealerSummary = z
  .object({
    dealerId: uuid,
    name: z.string(),
    dealerNumber: z.string().nullable(),
    /** Live now, free trials among them. */
    activeServices: count,
    /** Begun in the month and billed. */
    billedServices: count,
    /** Begun in the month and free: never among the billed ones. */
    trialServices: count,
    fees: z.array(z.object({ currency: z.string(), amount_minor: minorUnits })),
  })
  .meta({ id: 'DealerSummary' });

const chargeSchema = z
  .object({
    chargeId: uuid,
    serviceId: uuid,
    dealerId: uuid.nullable(),
    deviceName: z.string(),
    packageName: z.string(),
    month,
    amount_minor: minorUnits,
    currency: z.string(),
    trial: z.boolean(),
    bookedAt: instant,
  })
  .meta({ id: 'ServiceCharge' });

const common = { method: 'get', tag: 'services', params: organisationParams, body: null } as const;

export const billingRoutes = {
  getResellerDashboard: route({
    ...common,
    path: '/v1/organisations/{organisationId}/reseller-dashboard',
    operationId: 'getResellerDashboard',
    summary:
      'Per dealer: services and fees of a month, free trials apart; for owner and service managers (AJ-37)',
    access: onOrganisation('manage-connections'),
    query: z.object({ month }),
    response: { kind: 'json', status: 200, schema: z.object({ items: z.array(dealerSummary) }) },
    errors: ['not-a-reseller'],
  }),
  listServiceCharges: route({
    ...common,
    path: '/v1/organisations/{organisationId}/service-charges',
    operationId: 'listServiceCharges',
    summary: 'What the reseller is billed: one line per service and month begun (AJ-25)',
    access: onOrganisation('see-billing'),
    query: z.object({ month: month.optional() }),
    response: { kind: 'json', status: 200, schema: z.object({ items: z.array(chargeSchema) }) },
    errors: ['not-a-reseller'],
  }),
};
