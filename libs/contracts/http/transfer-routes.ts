import { z } from 'zod';
import { emailSchema, instant, locationParams, personIdSchema, uuid, languageSchema } from './common.js';

import { onLocation, route } from './route.js';

export const transferSchema = z
  .object({
    transferId: uuid,
    email: emailSchema,
    startedBy: z.object({ personId: personIdSchema, name: z.string() }),
    createdAt: instant,
    expiresAt: instant,
  })
  .meta({ id: 'Transfer', description: 'An ownership transfer that waits for its recipient' });

const path = '/v1/locations/{locationId}/transfer';
const common = {
  tag: 'ownership',
  access: onLocation('transfer', 'refuse'),
  params: locationParams,
  query: z.object({}),
} as const;

export const transferRoutes = {
  startTransfer: route({
    ...common,
    method: 'post',
    path,
    operationId: 'startTransfer',
    summary: 'Offer the ownership to somebody; nothing changes until they accept (NB-48, NB-49)',
    body: z.strictObject({ email: emailSchema, language: languageSchema.default('en') }),
    response: { kind: 'json', status: 202, schema: transferSchema },
    errors: ['recipient-is-owner', 'transfer-open', 'services-active', 'checklist-open'],
  }),
  getTransfer: route({
    ...common,
    method: 'get',
    path,
    operationId: 'getTransfer',
    summary: 'The transfer that waits, if one does',
    body: null,
    response: {
      kind: 'json',
      status: 200,
      schema: z.object({ transfer: transferSchema.nullable() }),
    },
    errors: [],
  }),
  cancelTransfer: route({
    ...common,
    method: 'delete',
    path,
    operationId: 'cancelTransfer',
    summary: 'Take the offer back',
    body: null,
    response: { kind: 'empty', status: 204 },
    errors: [],
  }),
  confirmGrant: route({
    ...common,
    method: 'post',
    path: '/v1/locations/{locationId}/grants/{grantId}/confirm',
    operationId: 'confirmGrant',
    summary: 'As the new owner: let a partner of the former owner go on (NB-51)',
    params: locationParams.extend({ grantId: uuid }),
    body: null,
    response: { kind: 'empty', status: 204 },
    errors: [],
  }),
};
