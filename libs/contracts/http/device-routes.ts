import { z } from 'zod';
import { settingKeys } from '#libs/contracts/setting-catalogue.js';
import { settingsPatchSchema } from '#libs/contracts/settings.js';
import { deviceParams, instant, kind, locationParams, nameSchema, personIdSchema, uuid } from './common.js';
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

const version = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** How one setting stands that the device keeps itself. */
const twinKeySchema = z.object({
  /** `waiting`: wished and not confirmed; `right-ended`: who wished it lost the right before the device could take it. */
  state: z.enum(['in-step', 'waiting', 'declined', 'right-ended']),
  /** Of the desired side that brought the wish; null: nothing is wished. */
  version: version.nullable(),
  wishedAt: instant.nullable(),
  /** Null: the house, or the car. */
  wishedBy: personIdSchema.nullable(),
  reportedAt: instant.nullable(),
  /** Why it is not what the device does, in one sentence. */
  reason: z.string().nullable(),
});

export const twinSchema = z
  .object({
    deviceId: uuid,
    desired: deviceSettingsComponent,
    /** The ETag of this document holds it. */
    desiredVersion: version,
    reported: deviceSettingsComponent,
    reportedVersion: version,
    /** What is desired and not what the device says, of the settings it keeps itself. */
    delta: deviceSettingsComponent,
    keys: z.record(z.enum(settingKeys), twinKeySchema.optional()),
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
  patchTwin: route({
    method: 'patch',
    path: '/v1/devices/{deviceId}/twin',
    operationId: 'patchTwin',
    summary: 'Wish settings of a device, now or before it was ever online (NB-86); null takes a wish back',
    tag: 'devices',
    // Seeing the device is enough to get here; each setting asks for its own right (libs/contracts/setting-catalogue.ts).
    access: onDevice('telemetry', 'refuse'),
    params: deviceParams,
    query: z.object({}),
    precondition: 'if-match',
    body: z.strictObject({ settings: settingsPatchSchema }),
    response: { kind: 'json', status: 200, schema: twinSchema },
    errors: ['twin-changed', 'wrong-device-kind', 'current-above-grant', 'entitlements-stale'],
  }),
  transferConfiguration: route({
    method: 'post',
    path: '/v1/devices/{deviceId}/transfer-configuration',
    operationId: 'transferConfiguration',
    summary: 'Carry the settings and names of a hub over to the hub that replaces it (AJ-35)',
    tag: 'devices',
    access: onDevice('comfort', 'refuse'),
    params: deviceParams,
    query: z.object({}),
    body: z.strictObject({ toDeviceId: uuid }),
    response: { kind: 'json', status: 200, schema: twinSchema },
    errors: [
      'services-active',
      'same-hub',
      'nothing-to-transfer',
      'wrong-device-kind',
      'twin-changed',
      'current-above-grant',
    ],
  }),
};
