import { z } from 'zod';
import { deviceParams, instant, kind, locationParams, nameSchema, personIdSchema, uuid } from './common.js';
import { onDevice, onLocation, route } from './route.js';

const itemName = z.string().min(1).max(40);

export const checklistItemSchema = z
  .object({
    item: itemName,
    /** Keeps an organisation from handing the location over while it is open. */
    mandatory: z.boolean(),
    /** The house knows it by itself; nobody ticks it. */
    computed: z.boolean(),
    done: z.boolean(),
    note: z.string().nullable(),
    doneBy: z.object({ personId: personIdSchema, name: z.string() }).nullable(),
    doneAt: instant.nullable(),
  })
  .meta({ id: 'ChecklistItem' });

export const deviceChecklistSchema = z
  .object({ deviceId: uuid, kind, name: nameSchema, items: z.array(checklistItemSchema) })
  .meta({ id: 'DeviceChecklist' });

const ticked = z.strictObject({
  done: z.boolean(),
  note: z.string().trim().min(1).max(500).nullable().default(null),
});

/** What is looked at before an installation is handed over (NB-61). */
export const checklistRoutes = {
  getLocationChecklist: route({
    method: 'get',
    path: '/v1/locations/{locationId}/checklist',
    operationId: 'getLocationChecklist',
    summary: 'What is to be looked at before the location is handed over, its devices included',
    tag: 'installation',
    access: onLocation('telemetry', 'refuse'),
    params: locationParams,
    query: z.object({}),
    body: null,
    response: {
      kind: 'json',
      status: 200,
      schema: z.object({ items: z.array(checklistItemSchema), devices: z.array(deviceChecklistSchema) }),
    },
    errors: [],
  }),
  putLocationChecklistItem: route({
    method: 'put',
    path: '/v1/locations/{locationId}/checklist/{item}',
    operationId: 'putLocationChecklistItem',
    summary: 'Say that you looked at it, or that it is open again',
    tag: 'installation',
    access: onLocation('electrical', 'refuse'),
    params: locationParams.extend({ item: itemName }),
    query: z.object({}),
    body: ticked,
    response: { kind: 'json', status: 200, schema: checklistItemSchema },
    errors: ['computed-item'],
  }),
  getDeviceChecklist: route({
    method: 'get',
    path: '/v1/devices/{deviceId}/checklist',
    operationId: 'getDeviceChecklist',
    summary: 'What is to be looked at of one device',
    tag: 'installation',
    access: onDevice('telemetry', 'refuse'),
    params: deviceParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: deviceChecklistSchema },
    errors: [],
  }),
  putDeviceChecklistItem: route({
    method: 'put',
    path: '/v1/devices/{deviceId}/checklist/{item}',
    operationId: 'putDeviceChecklistItem',
    summary: 'Say that you looked at it, or that it is open again',
    tag: 'installation',
    access: onDevice('electrical', 'refuse'),
    params: deviceParams.extend({ item: itemName }),
    query: z.object({}),
    body: ticked,
    response: { kind: 'json', status: 200, schema: checklistItemSchema },
    errors: ['computed-item'],
  }),
};

export const residualCurrentRoutes = {
  listResidualCurrentTests: route({
    method: 'get',
    path: '/v1/devices/{deviceId}/residual-current-tests',
    operationId: 'listResidualCurrentTests',
    summary: 'The tests of its residual-current devices, the latest 100, newest first (NB-74)',
    tag: 'installation',
    access: onDevice('telemetry', 'refuse'),
    params: deviceParams,
    query: z.object({}),
    body: null,
    response: {
      kind: 'json',
      status: 200,
      schema: z.object({
        items: z.array(
          z.object({
            connector: z.number().int().min(1).max(255),
            result: z.enum(['passed', 'failed']),
            /** From the residual current to the opening, milliseconds; null: it did not open, or did not tell. */
            trip_ms: z.number().nullable(),
            current_mA: z.number().nullable(),
            testedAt: instant,
          }),
        ),
      }),
    },
    errors: [],
  }),
};
