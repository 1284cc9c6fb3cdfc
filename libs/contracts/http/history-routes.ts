import { z } from 'zod';
import {
  connectorNumber,
  deviceParams,
  instant,
  locationParams,
  page,
  pageQuery,
  perPhaseOrNull,
  personIdSchema,
  uuid,
} from './common.js';
import { onDevice, onLocation, route } from './route.js';

export const readingSchema = z
  .object({
    /** The instant of a raw sample, or the start of its minute. */
    at: instant,
    connector: connectorNumber,
    current_A: perPhaseOrNull,
    /** Largest current within the minute; null for raw samples. */
    currentMaximum_A: perPhaseOrNull.nullable(),
    voltage_V: perPhaseOrNull.nullable(),
    power_W: z.number().nullable(),
    energy_Wh: z.number().nullable(),
    samples: z.number().int().min(1).max(2_147_483_647),
  })
  .meta({ id: 'Reading' });

export const sessionSchema = z
  .object({
    transactionId: z.number().int().min(1).max(2_147_483_647),
    deviceId: uuid,
    connector: connectorNumber,
    idToken: z.string(),
    startedAt: instant,
    endedAt: instant.nullable(),
    meterStart_Wh: z.number(),
    meterStop_Wh: z.number().nullable(),
    energy_Wh: z.number().nullable().meta({
      description: 'Never negative; null while it runs, or when the register fell back and nothing was read',
    }),
    cost: z.number().nullable().meta({ description: 'At the prices of its time; null when one is unknown' }),
    currency: z.string().nullable(),
    tokenLabel: z.string().nullable().meta({ description: 'What the location calls the token' }),
    personId: personIdSchema.nullable().meta({ description: 'Who began it by a command' }),
    personName: z.string().nullable(),
    stopReason: z.string().nullable(),
  })
  .meta({ id: 'ChargingSession' });

export const deviceEventSchema = z
  .object({
    eventId: z.string(),
    deviceId: uuid,
    at: instant,
    receivedAt: instant,
    type: z.string(),
    severity: z.enum(['information', 'warning', 'fault', 'alarm']),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'DeviceEvent' });

const sessionFilter = {
  deviceId: uuid.optional(),
  idToken: z.string().max(36).optional(),
  personId: personIdSchema.optional(),
  from: instant.optional(),
  to: instant.optional(),
};

const count = z.number().int().min(0).max(2_147_483_647);
const totalFields = {
  count,
  energy_Wh: z.number(),
  cost: z
    .record(z.string(), z.number())
    .meta({ description: 'By currency, of the sessions whose cost is known' }),
  withoutCost: count.meta({ description: 'Sessions whose cost is unknown' }),
};
const sessionTotalsSchema = z
  .object({
    ...totalFields,
    months: z
      .array(z.object({ month: z.string(), ...totalFields }))
      .meta({ description: "By the location's calendar, e.g. 2026-03; oldest first" }),
  })
  .meta({ id: 'SessionTotals' });

export const historyRoutes = {
  listReadings: route({
    method: 'get',
    path: '/v1/devices/{deviceId}/readings',
    operationId: 'listReadings',
    summary: 'Measurements of a device, oldest first; `from` inclusive, `to` exclusive',
    tag: 'history',
    access: onDevice('history', 'refuse'),
    params: deviceParams,
    query: z.object({
      ...pageQuery,
      from: instant,
      to: instant,
      resolution: z.enum(['raw', '1m']).default('1m'),
      connector: z.coerce.number().int().min(0).max(255).default(0).meta({
        description: '0 for a load balancer; connectors of a charger count from 1',
      }),
    }),
    body: null,
    response: { kind: 'json', status: 200, schema: page(readingSchema) },
    errors: ['invalid-cursor'],
  }),
  listSessions: route({
    method: 'get',
    path: '/v1/locations/{locationId}/sessions',
    operationId: 'listSessions',
    summary: 'Charging sessions of a location, newest first; a guest sees only the own ones',
    tag: 'history',
    access: onLocation('history', 'narrow'),
    params: locationParams,
    query: z.object({ ...pageQuery, ...sessionFilter, open: z.enum(['true', 'false']).optional() }),
    body: null,
    response: { kind: 'json', status: 200, schema: page(sessionSchema) },
    errors: ['invalid-cursor'],
  }),
  getSessionTotals: route({
    method: 'get',
    path: '/v1/locations/{locationId}/session-totals',
    operationId: 'getSessionTotals',
    summary: 'How many sessions, how much energy and what it cost, in all and by month',
    tag: 'history',
    access: onLocation('history', 'narrow'),
    params: locationParams,
    query: z.object(sessionFilter),
    body: null,
    response: { kind: 'json', status: 200, schema: sessionTotalsSchema },
    errors: [],
  }),
  listDeviceEvents: route({
    method: 'get',
    path: '/v1/devices/{deviceId}/events',
    operationId: 'listDeviceEvents',
    summary:
      'What happened to a device, newest first; a guest sees the own sessions, security is for who configures it (NB-99)',
    tag: 'history',
    access: onDevice('events', 'narrow'),
    params: deviceParams,
    query: z.object(pageQuery),
    body: null,
    response: { kind: 'json', status: 200, schema: page(deviceEventSchema) },
    errors: ['invalid-cursor'],
  }),
};
