import { z } from 'zod';
import { deviceParams, instant, kind, locationParams, nameSchema, uuid } from './common.js';
import { deviceSettingsComponent } from './components.js';
import { onDevice, onLocation, route } from './route.js';

export const releasedDeviceSchema = z
  .object({
    deviceId: uuid,
    kind,
    identity: z.string(),
    name: nameSchema,
    addedAt: instant,
    releasedAt: instant,
    /** By its own reset to how it left the factory, or without its help. */
    how: z.enum(['factory-reset', 'removed']),
    /** The last that people wanted of it, and the last it said of itself. */
    desired: deviceSettingsComponent,
    reported: deviceSettingsComponent,
  })
  .meta({ id: 'ReleasedDevice' });

/** The end of a device at a location. */
export const releaseRoutes = {
  removeDevice: route({
    method: 'delete',
    path: '/v1/devices/{deviceId}',
    operationId: 'removeDevice',
    summary: 'Remove a device without its help; what it did stays with the location, all access to it ends',
    tag: 'devices',
    access: onDevice('electrical', 'refuse'),
    params: deviceParams,
    query: z.object({
      confirm: z.literal('remove').meta({ description: 'Says that it is meant' }),
    }),
    body: null,
    response: { kind: 'empty', status: 204 },
    errors: ['services-active'],
  }),
  listReleasedDevices: route({
    method: 'get',
    path: '/v1/locations/{locationId}/released-devices',
    operationId: 'listReleasedDevices',
    summary: 'The devices that are at the location no more, the latest 100',
    tag: 'devices',
    access: onLocation('history', 'refuse'),
    params: locationParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: z.object({ items: z.array(releasedDeviceSchema) }) },
    errors: [],
  }),
};
