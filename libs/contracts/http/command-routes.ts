import { z } from 'zod';
import { commandStates, startAnswers } from '#libs/contracts/command.js';
import { commandParams, deviceParams, instant, page, pageQuery, personIdSchema, uuid } from './common.js';
import { commandRequestComponent } from './components.js';
import { onCommand, onDevice, route } from './route.js';

export const commandSchema = z
  .object({
    commandId: uuid,
    deviceId: uuid,
    locationId: uuid,
    request: commandRequestComponent,
    state: z.enum(commandStates),
    /** Who asked, and the entitlement that allowed it. */
    personId: personIdSchema,
    entitlement: z.string(),
    /** The device's own answer, verbatim; null until there is one. */
    answer: z.unknown(),
    /** One sentence when it did not come to the device's answer. */
    reason: z.string().nullable(),
    /** NB-53: the answer to a start or stop, for programs; null where there is none. */
    code: z.enum(startAnswers).nullable(),
    enqueuedAt: instant,
    deadline: instant,
    sentAt: instant.nullable(),
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'Command' });
export type CommandResource = z.infer<typeof commandSchema>;

export const commandRoutes = {
  createCommand: route({
    method: 'post',
    path: '/v1/devices/{deviceId}/commands',
    operationId: 'createCommand',
    summary: 'Ask a device for something; the answer is a resource that tells how it goes',
    tag: 'commands',
    // Seeing the device is enough to get here; each action asks for its own right (libs/entitlements/command-right.ts).
    access: onDevice('telemetry', 'refuse'),
    params: deviceParams,
    query: z.object({}),
    body: z.strictObject({
      request: commandRequestComponent,
      timeout_s: z.number().int().min(5).max(604_800).default(60).meta({
        description: 'How long the command may wait for the device before it expires',
      }),
    }),
    response: { kind: 'json', status: 202, schema: commandSchema },
    errors: [
      'wrong-device-kind',
      'protected-key',
      'services-active',
      'not-an-ocpp-call',
      'current-above-grant',
      'entitlements-stale',
    ],
  }),
  getCommand: route({
    method: 'get',
    path: '/v1/commands/{commandId}',
    operationId: 'getCommand',
    summary: 'How a command is going',
    tag: 'commands',
    access: onCommand('telemetry'),
    params: commandParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: commandSchema },
    errors: [],
  }),
  cancelCommand: route({
    method: 'post',
    path: '/v1/commands/{commandId}/cancel',
    operationId: 'cancelCommand',
    summary: 'Take back a command that still waits, and its wish with it; for who may give it',
    tag: 'commands',
    access: onCommand('telemetry'),
    params: commandParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: commandSchema },
    errors: ['command-not-waiting'],
  }),
  listCommands: route({
    method: 'get',
    path: '/v1/devices/{deviceId}/commands',
    operationId: 'listCommands',
    summary: 'The commands a device was given, newest first',
    tag: 'commands',
    access: onDevice('telemetry', 'refuse'),
    params: deviceParams,
    query: z.object(pageQuery),
    body: null,
    response: { kind: 'json', status: 200, schema: page(commandSchema) },
    errors: ['invalid-cursor'],
  }),
};
