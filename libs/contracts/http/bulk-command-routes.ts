import { z } from 'zod';
import { commandStates } from '#libs/contracts/command.js';
import { settingsPatchSchema } from '#libs/contracts/settings.js';
import { instant, kind, page, pageQuery, uuid } from './common.js';
import { commandRequestComponent } from './components.js';
import { route, signedIn } from './route.js';

const most = 1_000;

const work = z.union([
  z.strictObject({ request: commandRequestComponent }),
  z.strictObject({ settings: settingsPatchSchema }),
]);

const itemSchema = z.object({
  deviceId: uuid,
  /**
   * `waiting` to be given; `denied` with a code; `desired`: the settings are wished; otherwise the state of its command;
   * `hidden`: the device is not yours to see any more.
   */
  state: z.enum(['waiting', 'denied', 'desired', 'hidden', ...commandStates]),
  commandId: uuid.nullable(),
  /** Why it was denied, as the same request for this device alone would say. */
  denial: z.string().nullable(),
  reason: z.string().nullable(),
});

const count = z.number().int().min(0).max(most);
export const bulkProgressSchema = z
  .object({ total: count, waiting: count, denied: count, underWay: count, succeeded: count, failed: count })
  .meta({ id: 'BulkProgress' });

export const bulkCommandSchema = z
  .object({
    bulkId: uuid,
    work,
    createdAt: instant,
    progress: bulkProgressSchema,
    items: z.array(itemSchema),
  })
  .meta({ id: 'BulkCommand' });

const params = z.object({ bulkId: uuid });

/** One thing asked of many devices. Every device is asked in your name: each answers for itself. */
export const bulkCommandRoutes = {
  createBulkCommand: route({
    method: 'post',
    path: '/v1/bulk-commands',
    operationId: 'createBulkCommand',
    summary: 'Ask the same of many devices, or wish them the same settings',
    tag: 'commands',
    access: signedIn,
    params: z.object({}),
    query: z.object({}),
    body: z.strictObject({
      selection: z.union([
        z.strictObject({ deviceIds: z.array(uuid).min(1).max(most) }),
        z.strictObject({ locationIds: z.array(uuid).min(1).max(200), kind }),
      ]),
      work,
      timeout_s: z.number().int().min(5).max(604_800).default(3_600),
    }),
    response: { kind: 'json', status: 202, schema: bulkCommandSchema },
    errors: ['not-found', 'not-an-ocpp-call', 'not-in-bulk', 'selection-too-large', 'entitlements-stale'],
  }),
  getBulkCommand: route({
    method: 'get',
    path: '/v1/bulk-commands/{bulkId}',
    operationId: 'getBulkCommand',
    summary: 'How a bulk of yours is going, device by device',
    tag: 'commands',
    access: signedIn,
    params,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: bulkCommandSchema },
    errors: ['not-found'],
  }),
  streamBulkCommand: route({
    method: 'get',
    path: '/v1/bulk-commands/{bulkId}/events',
    operationId: 'streamBulkCommand',
    summary: 'The progress of a bulk of yours as it changes, until every device has answered',
    tag: 'commands',
    access: signedIn,
    params,
    query: z.object({}),
    body: null,
    response: { kind: 'events', status: 200, schema: bulkProgressSchema },
    errors: ['not-found'],
  }),
  cancelBulkCommand: route({
    method: 'post',
    path: '/v1/bulk-commands/{bulkId}/cancel',
    operationId: 'cancelBulkCommand',
    summary: 'Take back what of a bulk still waits',
    tag: 'commands',
    access: signedIn,
    params,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: bulkCommandSchema },
    errors: ['not-found'],
  }),
  listBulkCommands: route({
    method: 'get',
    path: '/v1/bulk-commands',
    operationId: 'listBulkCommands',
    summary: 'The bulks you gave, newest first',
    tag: 'commands',
    access: signedIn,
    params: z.object({}),
    query: z.object(pageQuery),
    body: null,
    response: {
      kind: 'json',
      status: 200,
      schema: page(bulkCommandSchema.omit({ items: true, progress: true })),
    },
    errors: ['invalid-cursor'],
  }),
};
