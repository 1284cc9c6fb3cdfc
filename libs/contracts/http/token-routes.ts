import { z } from 'zod';
import { deviceParams, instant, locationParams } from './common.js';
import { onDevice, onLocation, route } from './route.js';

const tokenParams = locationParams.extend({ idToken: z.string().min(1).max(36) });

const tokenFields = {
  status: z.enum(['Accepted', 'Blocked']),
  type: z
    .enum(['Central', 'eMAID', 'ISO14443', 'ISO15693', 'KeyCode', 'Local', 'MacAddress'])
    .default('ISO14443')
    .meta({ description: 'OCPP 2.0.1 IdTokenEnumType' }),
  label: z.string().max(100).nullable().default(null),
  groupToken: z
    .string()
    .min(1)
    .max(36)
    .nullable()
    .default(null)
    .meta({ description: "Tokens of one group stop each other's transactions" }),
  expiresAt: instant.nullable().default(null),
  oneAtATime: z.boolean().default(false).meta({
    description: 'Never at two chargers of the location at once; kept out of the lists in the chargers',
  }),
};

const tokenSchema = z
  .object({
    token: z.string(),
    status: tokenFields.status,
    type: z.enum(['Central', 'eMAID', 'ISO14443', 'ISO15693', 'KeyCode', 'Local', 'MacAddress']),
    label: z.string().nullable(),
    groupToken: z.string().nullable(),
    expiresAt: instant.nullable(),
    oneAtATime: z.boolean(),
    maximumCurrent_A: z.number().nullable(),
  })
  .meta({ id: 'IdToken' });

const reservationSchema = z
  .object({
    reservationId: z.number().int().min(1).max(2_147_483_647),
    connector: z.number().int().min(0).max(255).meta({ description: '0: any connector of the charger' }),
    token: z.string(),
    expiresAt: instant,
    state: z
      .enum(['asked', 'reserved', 'refused', 'used', 'cancelled', 'removed', 'expired'])
      .meta({ description: '`asked` until the charger answered; `removed` by the charger itself' }),
    changedAt: instant,
  })
  .meta({ id: 'Reservation' });

/** What the holders of tokens (RFID cards and the like) may do at a location, and what is reserved for them. */
export const tokenRoutes = {
  listTokens: route({
    method: 'get',
    path: '/v1/locations/{locationId}/tokens',
    operationId: 'listTokens',
    summary: 'The tokens a location knows',
    tag: 'devices',
    access: onLocation('comfort', 'refuse'),
    params: locationParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: z.object({ items: z.array(tokenSchema) }) },
    errors: [],
  }),
  putToken: route({
    method: 'put',
    path: '/v1/locations/{locationId}/tokens/{idToken}',
    operationId: 'putToken',
    summary: 'Add a token or change what the location says of it; its chargers learn it at once',
    tag: 'devices',
    access: onLocation('comfort', 'refuse'),
    params: tokenParams,
    query: z.object({}),
    body: z.strictObject(tokenFields),
    response: { kind: 'empty', status: 204 },
    errors: [],
  }),
  removeToken: route({
    method: 'delete',
    path: '/v1/locations/{locationId}/tokens/{idToken}',
    operationId: 'removeToken',
    summary: 'Forget a token; what it charges goes on until it is stopped',
    tag: 'devices',
    access: onLocation('comfort', 'refuse'),
    params: tokenParams,
    query: z.object({}),
    body: null,
    response: { kind: 'empty', status: 204 },
    errors: [],
  }),
  putTokenMaximum: route({
    method: 'put',
    path: '/v1/locations/{locationId}/tokens/{idToken}/maximum-current',
    operationId: 'putTokenMaximum',
    summary: 'Limit what whoever holds a token charges with; the smallest of all limits holds (NB-92)',
    tag: 'devices',
    access: onLocation('comfort', 'refuse'),
    params: tokenParams,
    query: z.object({}),
    body: z.strictObject({
      current_A: z.number().min(6).max(32).nullable().meta({ description: 'Per line; null: no limit' }),
    }),
    response: { kind: 'empty', status: 204 },
    errors: [],
  }),
  listReservations: route({
    method: 'get',
    path: '/v1/devices/{deviceId}/reservations',
    operationId: 'listReservations',
    summary: 'The last 100 reservations of a charger, newest first',
    tag: 'devices',
    access: onDevice('comfort', 'refuse'),
    params: deviceParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: z.object({ items: z.array(reservationSchema) }) },
    errors: [],
  }),
};
