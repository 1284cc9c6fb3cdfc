import { z } from 'zod';
import { deviceParams, instant, kind, locationParams, nameSchema, uuid } from './common.js';
import { deviceSettingsComponent } from './components.js';
import { onDevice, onLocation, route } from './route.js';

export const deviceSchema = z
  .object({
    deviceId: uuid,
    locationId: uuid,
    kind,
    /** What the device calls itself on the wire: OCPP identity or MQTT client id. */
    identity: z.string(),
    name: nameSchema,
    createdAt: instant,
  })
  .meta({ id: 'Device' });

const secret = z.string().meta({ description: 'Shown this once; only its hash is kept' });

export const twinSchema = z
  .object({
    deviceId: uuid,
    desired: deviceSettingsComponent,
    desiredVersion: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
    reported: deviceSettingsComponent,
    reportedVersion: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
    /** Keys whose reported value is not the desired one. */
    drift: z.array(z.enum(['maxCurrent_A', 'brightness_percent'])),
  })
  .meta({ id: 'Twin' });

export const deviceRoutes = {
  listDevices: route({
    method: 'get',
    path: '/v1/locations/{locationId}/devices',
    operationId: 'listDevices',
    summary: 'The devices of a location, those added later included (NB-40)',
    tag: 'devices',
    access: onLocation('telemetry', 'refuse'),
    params: locationParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: z.object({ items: z.array(deviceSchema) }) },
    errors: [],
  }),
  registerDevice: route({
    method: 'post',
    path: '/v1/locations/{locationId}/devices',
    operationId: 'registerDevice',
    summary: 'Add a device; the answer holds its credential, once',
    tag: 'devices',
    access: onLocation('electrical', 'refuse'),
    params: locationParams,
    query: z.object({}),
    body: z.strictObject({
      kind,
      identity: z
        .string()
        .min(1)
        .max(48)
        .regex(/^[\w.~:@*+=|-]+$/, 'use letters, digits and . ~ : @ * + = | - _'),
      name: nameSchema,
    }),
    response: { kind: 'secret', status: 201, schema: z.object({ device: deviceSchema, secret }) },
    errors: ['identity-taken'],
  }),
  getDevice: route({
    method: 'get',
    path: '/v1/devices/{deviceId}',
    operationId: 'getDevice',
    summary: 'One device',
    tag: 'devices',
    access: onDevice('telemetry', 'refuse'),
    params: deviceParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: deviceSchema },
    errors: [],
  }),
  rotateSecret: route({
    method: 'post',
    path: '/v1/devices/{deviceId}/secret',
    operationId: 'rotateSecret',
    summary: 'Give the device a new credential; the old one stops at the next connection',
    tag: 'devices',
    access: onDevice('electrical', 'refuse'),
    params: deviceParams,
    query: z.object({}),
    body: null,
    response: { kind: 'secret', status: 200, schema: z.object({ deviceId: uuid, secret }) },
    errors: [],
  }),
  getTwin: route({
    method: 'get',
    path: '/v1/devices/{deviceId}/twin',
    operationId: 'getTwin',
    summary: 'What people want of the device, what it says of itself, and the difference',
    tag: 'devices',
    access: onDevice('telemetry', 'refuse'),
    params: deviceParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: twinSchema },
    errors: [],
  }),
};
