import { z } from 'zod';
import { limitReasonSchema } from '#libs/contracts/limit.js';
import { findingCodes } from '#libs/devices/transformer-check.js';
import { commandSchema } from './command-routes.js';
import { connectorNumber, instant, kind, locationParams, perPhase, uuid } from './common.js';
import { onLocation, route } from './route.js';

const reason = limitReasonSchema
  .extend({ until: instant.nullable().meta({ description: 'About when it ends; null: nobody can say' }) })
  .meta({ id: 'LimitReason' });

/** What people see of a connector (NB-85). */
export const chargingStatusSchema = z
  .enum([
    'idle',
    'connected',
    'charging',
    'finished',
    'error',
    'waiting-for-load-balancing',
    'delayed-by-schedule',
    'waiting-for-car',
    'unavailable',
    'unknown',
  ])
  .meta({ id: 'ChargingStatus' });

export const liveConnectorSchema = z
  .object({
    connector: connectorNumber,
    chargingStatus: chargingStatusSchema,
    /** Stable code of why: the limit's, the charger's error code, or one of libs/devices/charging-status.ts. */
    chargingReason: z.string(),
    /** OCPP 1.6 ChargePointStatus, verbatim; null until the charger told. */
    ocppStatus: z.string().nullable(),
    errorCode: z.string().nullable(),
    transactionId: z.number().int().min(1).max(2_147_483_647).nullable(),
    /** The last measurement, at the charger's own terminals 1, 2, 3. */
    sample: z
      .object({
        at: instant,
        current_A: perPhase.nullable(),
        voltage_V: perPhase.nullable(),
        power_W: z.number().nullable(),
        energy_Wh: z.number().nullable(),
        offered_A: z.number().nullable(),
      })
      .nullable(),
    /** The allocator's latest word, why it is that much, and whether the charger took it. */
    limit: z
      .object({
        current_A: z.number(),
        issuedAt: instant,
        leaseUntil: instant.nullable(),
        reason,
        /** The reason as one sentence for people: `explainReason` of libs/allocation/reason.ts with the node's name. */
        text: z.string(),
        outcome: z.enum(['pending', 'accepted', 'rejected', 'unknown', 'undelivered']),
      })
      .nullable(),
  })
  .meta({ id: 'LiveConnector' });

const networkSchema = z
  .object({
    at: instant,
    medium: z.enum(['none', 'wifi', 'mobile', 'ethernet']),
    signal_dBm: z.number().nullable(),
    /** Of the WiFi network or the mobile operator. */
    name: z.string().nullable(),
  })
  .meta({ id: 'DeviceNetwork' });

/** What a balancer's readings say of its current transformers, compared with what the chargers take. */
const installationFindingSchema = z
  .object({
    at: instant,
    code: z.enum(findingCodes),
    /** Numbers and lines it was found by. */
    detail: z.record(z.string(), z.unknown()),
    /** One sentence: what it means and what to do next. */
    text: z.string(),
  })
  .meta({ id: 'InstallationFinding' });

const subDeviceSchema = z
  .object({
    id: z.string(),
    kind: z.string(),
    name: z.string(),
    battery_percent: z.number().nullable(),
    signal_dBm: z.number().nullable(),
    tampered: z.boolean(),
    online: z.boolean(),
  })
  .meta({ id: 'SubDevice' });

export const liveDeviceSchema = z
  .object({
    deviceId: uuid,
    kind,
    name: z.string(),
    /** Derived from when it was last heard; `never-seen` until its first word. */
    presence: z.enum(['online', 'offline', 'never-seen']),
    lastHeardAt: instant.nullable(),
    vendor: z.string().nullable(),
    model: z.string().nullable(),
    firmwareVersion: z.string().nullable(),
    /** How it said that it reaches us; null until it did. */
    network: networkSchema.nullable(),
    connectors: z.array(liveConnectorSchema),
    balancer: z
      .object({
        at: instant,
        current_A: perPhase,
        voltage_V: perPhase.nullable(),
        power_W: z.number().nullable(),
        energyImport_Wh: z.number().nullable(),
        energyExport_Wh: z.number().nullable(),
      })
      .nullable(),
    /** Of a load balancer: how it says it is installed, and what its readings say of that. */
    installation: z
      .object({
        mainFuse_A: z.number().nullable(),
        currentTransformerRatio: z.number().nullable(),
        solarTerminal: z.boolean().nullable(),
        readingInterval_s: z.number().nullable(),
        finding: installationFindingSchema.nullable(),
      })
      .nullable(),
    hub: z
      .object({
        armed: z.enum(['disarmed', 'armed', 'night']),
        simPresent: z.boolean(),
        signal_dBm: z.number().nullable(),
      })
      .nullable(),
    /** Of a hub: its detectors, sirens and keypads; null until it told of them. */
    subDevices: z.array(subDeviceSchema).nullable(),
  })
  .meta({ id: 'LiveDevice' });

/** Current at the grid connection against its fuse. */
export const liveSiteSchema = z
  .object({
    nodeId: z.string(),
    name: z.string(),
    fuse_A: perPhase,
    /** Null while no meter speaks for the node, or its last word is too old. */
    current_A: perPhase.nullable(),
    at: instant.nullable(),
  })
  .meta({ id: 'LiveSite' });

export const liveSnapshotSchema = z
  .object({
    locationId: uuid,
    at: instant,
    site: liveSiteSchema.nullable().meta({ description: 'null until a topology is stored' }),
    devices: z.array(liveDeviceSchema),
  })
  .meta({ id: 'LiveSnapshot' });

/** The events of a live stream; the SSE `event:` field repeats `event`. */
export const streamEventSchema = z
  .discriminatedUnion('event', [
    z.object({ event: z.literal('snapshot'), data: liveSnapshotSchema }),
    z.object({ event: z.literal('device'), data: liveDeviceSchema }),
    z.object({ event: z.literal('site'), data: liveSiteSchema }),
    z.object({ event: z.literal('command'), data: commandSchema }),
    z.object({
      event: z.literal('end'),
      data: z.object({
        code: z.enum(['access-ended', 'entitlements-stale', 'too-slow', 'shutting-down']),
      }),
    }),
  ])
  .meta({ id: 'StreamEvent' });
export type StreamEvent = z.infer<typeof streamEventSchema>;
export type LiveDevice = z.infer<typeof liveDeviceSchema>;
export type LiveSite = z.infer<typeof liveSiteSchema>;
export type LiveSnapshot = z.infer<typeof liveSnapshotSchema>;
export type LiveConnector = z.infer<typeof liveConnectorSchema>;

export const liveRoutes = {
  getLive: route({
    method: 'get',
    path: '/v1/locations/{locationId}/live',
    operationId: 'getLive',
    summary: 'What every device of the location is doing now',
    tag: 'live',
    access: onLocation('telemetry', 'refuse'),
    params: locationParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: liveSnapshotSchema },
    errors: [],
  }),
  streamLive: route({
    method: 'get',
    path: '/v1/locations/{locationId}/stream',
    operationId: 'streamLive',
    summary: 'The same, and every change from then on (server-sent events)',
    tag: 'live',
    access: onLocation('telemetry', 'refuse'),
    params: locationParams,
    query: z.object({}),
    body: null,
    response: { kind: 'events', status: 200, schema: streamEventSchema },
    errors: [],
  }),
};
