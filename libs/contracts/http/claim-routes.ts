import { z } from 'zod';
import { deviceParams, locationParams, nameSchema } from './common.js';
import { deviceSchema } from './device-routes.js';
import { onDevice, onLocation, route } from './route.js';

const typed = {
  serial: z.string().min(1).max(64),
  pin: z
    .string()
    .min(1)
    .max(64)
    .meta({ description: 'From the sticker; it proves that you have the device' }),
};
const code = z
  .string()
  .min(1)
  .max(300)
  .meta({ description: 'The text of the QR code: busbar:claim?serial=...&pin=...' });

const claimErrors = [
  'wrong-serial-or-pin',
  'unreadable-claim',
  'device-claimed-elsewhere',
  'device-claimed-here',
  'device-retired',
] as const;

/** Serial and PIN bind hardware to a location (NB-70, NB-73, NB-95). */
export const claimRoutes = {
  claimDevice: route({
    method: 'post',
    path: '/v1/locations/{locationId}/claims',
    operationId: 'claimDevice',
    summary:
      'Add a device by what its sticker says; it connects with the credential it left the factory with',
    tag: 'devices',
    // Seeing the location is enough to get here; claiming takes the electrical right, or being the owner (NB-95).
    access: onLocation('telemetry', 'refuse'),
    params: locationParams,
    query: z.object({}),
    body: z.union([
      z.strictObject({ ...typed, name: nameSchema }),
      z.strictObject({ code, name: nameSchema }),
    ]),
    response: { kind: 'json', status: 201, schema: deviceSchema },
    errors: claimErrors,
  }),
  replaceDevice: route({
    method: 'post',
    path: '/v1/devices/{deviceId}/replacement',
    operationId: 'replaceDevice',
    summary: 'Let new hardware take the place of a broken device; settings, history, access and wiring stay',
    tag: 'devices',
    access: onDevice('telemetry', 'refuse'),
    params: deviceParams,
    query: z.object({}),
    body: z.union([z.strictObject(typed), z.strictObject({ code })]),
    response: { kind: 'json', status: 200, schema: deviceSchema },
    errors: [...claimErrors, 'wrong-device-kind'],
  }),
};
