import { z } from 'zod';
import { instant, locationParams, uuid } from './common.js';
import { onLocation, route, signedIn } from './route.js';

const format = z.enum(['csv', 'xlsx']);
const count = z.number().int().min(0).max(2_147_483_647);

const exportSchema = z
  .object({
    exportId: uuid,
    locationId: uuid,
    format,
    from: instant,
    to: instant,
    state: z.enum(['queued', 'running', 'ready', 'failed']),
    reason: z
      .string()
      .nullable()
      .meta({ description: 'Of a failed one, e.g. too-many-for-xlsx: ask for csv' }),
    sessions: count.meta({ description: 'Written so far' }),
    total: count.nullable(),
    expiresAt: instant.meta({ description: 'When the file is deleted' }),
  })
  .meta({ id: 'Export' });

const exportParams = z.object({ exportId: uuid });

/** Charging sessions as files, made in the background (NB-90). */
export const exportRoutes = {
  createExport: route({
    method: 'post',
    path: '/v1/locations/{locationId}/exports',
    operationId: 'createExport',
    summary: 'Ask for the sessions that began in a time as a file; a guest gets only the own ones',
    tag: 'history',
    access: onLocation('history', 'narrow'),
    params: locationParams,
    query: z.object({}),
    body: z.strictObject({ format, from: instant, to: instant }),
    response: { kind: 'json', status: 202, schema: exportSchema },
    errors: [],
  }),
  getExport: route({
    method: 'get',
    path: '/v1/exports/{exportId}',
    operationId: 'getExport',
    summary: 'How far a file is that you asked for',
    tag: 'history',
    access: signedIn,
    params: exportParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: exportSchema },
    errors: ['not-found'],
  }),
  downloadExport: route({
    method: 'get',
    path: '/v1/exports/{exportId}/file',
    operationId: 'downloadExport',
    summary: 'The file; whether you may still have it is judged now',
    tag: 'history',
    access: signedIn,
    params: exportParams,
    query: z.object({}),
    body: null,
    response: {
      kind: 'stream',
      status: 200,
      mediaTypes: ['text/csv', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
    },
    errors: ['not-found', 'forbidden', 'entitlements-stale', 'export-not-ready'],
  }),
};
