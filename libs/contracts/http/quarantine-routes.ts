import { z } from 'zod';
import { instant, locationParams, uuid } from './common.js';
import { onLocation, route } from './route.js';

const transactionId = z.number().int().min(1).max(2_147_483_647);
const energy_Wh = z.number().meta({ description: "The charger's register" });

const quarantinedStopSchema = z
  .object({
    stopId: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
    deviceId: uuid,
    transactionId: z
      .number()
      .int()
      .min(Number.MIN_SAFE_INTEGER)
      .max(Number.MAX_SAFE_INTEGER)
      .meta({ description: 'As the charger named it; 0, -1 and numbers of nobody are common' }),
    stoppedAt: instant.meta({ description: "The charger's clock; may be wrong by decades" }),
    receivedAt: instant,
    meterStop_Wh: energy_Wh,
    reason: z.string(),
    candidates: z.array(
      z.object({
        transactionId,
        connector: z.number().int().min(0).max(255),
        startedAt: instant,
        meterStart_Wh: energy_Wh,
      }),
    ),
  })
  .meta({ id: 'QuarantinedStop' });

/** Stops that fitted no transaction: acknowledged, since a charger repeats a refused one for ever, and kept for a person. */
export const quarantineRoutes = {
  listQuarantinedStops: route({
    method: 'get',
    path: '/v1/locations/{locationId}/quarantined-stops',
    operationId: 'listQuarantinedStops',
    summary: 'Stops that wait for a person, the oldest 200, each with the transactions it may belong to',
    tag: 'devices',
    access: onLocation('electrical', 'refuse'),
    params: locationParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: z.object({ items: z.array(quarantinedStopSchema) }) },
    errors: [],
  }),
  resolveQuarantinedStop: route({
    method: 'put',
    path: '/v1/locations/{locationId}/quarantined-stops/{stopId}/resolution',
    operationId: 'resolveQuarantinedStop',
    summary: 'Give the stop to an open transaction of the same charger, or set it aside',
    tag: 'devices',
    access: onLocation('electrical', 'refuse'),
    params: locationParams.extend({ stopId: z.string().min(1).max(36) }),
    query: z.object({}),
    body: z.strictObject({
      transactionId: transactionId.nullable().meta({ description: 'null: it belongs to none' }),
    }),
    response: { kind: 'empty', status: 204 },
    errors: ['stop-does-not-fit'],
  }),
};
