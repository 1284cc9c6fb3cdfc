import { z } from 'zod';
import { locationParams } from './common.js';
import { onLocation, route } from './route.js';

/** What the holders of tokens (RFID cards and the like) may do at a location. */
export const tokenRoutes = {
  putTokenMaximum: route({
    method: 'put',
    path: '/v1/locations/{locationId}/tokens/{idToken}/maximum-current',
    operationId: 'putTokenMaximum',
    summary: 'Limit what whoever holds a token charges with; the smallest of all limits holds (NB-92)',
    tag: 'devices',
    access: onLocation('comfort', 'refuse'),
    params: locationParams.extend({ idToken: z.string().min(1).max(36) }),
    query: z.object({}),
    body: z.strictObject({
      current_A: z.number().min(6).max(32).nullable().meta({ description: 'Per line; null: no limit' }),
    }),
    response: { kind: 'empty', status: 204 },
    errors: [],
  }),
};
