import { z } from 'zod';
import type { DeviceEvent } from '#libs/devices/device-event.js';

const perPhase = z.tuple([z.number(), z.number(), z.number()]).readonly();
const connector = z.number().int().min(0).max(255);
const transactionId = z.number().int().min(1).max(2_147_483_647);

/** The event part of an observation, one shape per `type`. */
export const deviceEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('connected'),
    connectionEpoch: z.number().int(),
    protocol: z.enum(['ocpp1.6', 'ocpp2.0.1', 'ocpp2.1', 'mqtt']),
  }),
  z.object({
    type: z.literal('disconnected'),
    connectionEpoch: z.number().int(),
    cause: z.enum(['closed', 'replaced', 'timeout', 'drain', 'protocol']),
  }),
  z.object({ type: z.literal('heard') }),
  z.object({
    type: z.literal('booted'),
    vendor: z.string(),
    model: z.string(),
    serialNumber: z.string().optional(),
    firmwareVersion: z.string().optional(),
  }),
  z.object({
    type: z.literal('connector-status'),
    connector,
    status: z.enum([
      'Available',
      'Preparing',
      'Charging',
      'SuspendedEVSE',
      'SuspendedEV',
      'Finishing',
      'Reserved',
      'Unavailable',
      'Faulted',
    ]),
    errorCode: z.string(),
    information: z.string().optional(),
  }),
  z.object({
    type: z.literal('transaction-started'),
    connector,
    transactionId,
    idToken: z.string(),
    meterStart_Wh: z.number(),
  }),
  z.object({
    type: z.literal('transaction-ended'),
    connector,
    transactionId,
    meterStop_Wh: z.number(),
    reason: z.string(),
  }),
  z.object({
    type: z.literal('meter-sample'),
    connector,
    transactionId: transactionId.nullable(),
    current_A: perPhase.nullable(),
    voltage_V: perPhase.nullable(),
    power_W: z.number().nullable(),
    energy_Wh: z.number().nullable(),
    offered_A: z.number().nullable(),
  }),
  z.object({
    type: z.literal('limit-answered'),
    connector,
    limitId: z.string(),
    outcome: z.enum(['accepted', 'rejected', 'unknown', 'undelivered']),
  }),
  z.object({ type: z.literal('configuration-reported'), values: z.record(z.string(), z.string()) }),
  z.object({
    type: z.literal('notice'),
    topic: z.string(),
    code: z.string(),
    severity: z.number().int().min(0).max(9),
    detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  }),
  z.object({
    type: z.literal('balancer-reading'),
    current_A: perPhase,
    voltage_V: perPhase.nullable(),
    power_W: z.number().nullable(),
    energyImport_Wh: z.number().nullable(),
    energyExport_Wh: z.number().nullable(),
  }),
  z.object({
    type: z.literal('balancer-installed'),
    mainFuse_A: z.number(),
    currentTransformerRatio: z.number(),
    solarTerminal: z.boolean(),
    readingInterval_s: z.number().nullable().optional(),
  }),
  z.object({
    type: z.literal('hub-state'),
    armed: z.enum(['disarmed', 'armed', 'night']),
    simPresent: z.boolean(),
    signal_dBm: z.number().nullable(),
  }),
  z.object({
    type: z.literal('hub-event'),
    sequence: z.number().int().min(0),
    category: z.enum(['alarm', 'restore', 'tamper', 'fault', 'arming', 'information']),
    code: z.string(),
    zone: z.string().nullable(),
    text: z.string(),
  }),
  z.object({
    type: z.literal('sub-devices-reported'),
    subDevices: z
      .array(
        z.object({
          id: z.string(),
          kind: z.string(),
          name: z.string(),
          battery_percent: z.number().nullable(),
          signal_dBm: z.number().nullable(),
          tampered: z.boolean(),
          online: z.boolean(),
        }),
      )
      .readonly(),
  }),
  z.object({
    type: z.literal('network-reported'),
    medium: z.enum(['none', 'wifi', 'mobile', 'ethernet']),
    signal_dBm: z.number().nullable(),
    name: z.string().nullable(),
  }),
]) satisfies z.ZodType<DeviceEvent>;

/** What a device said, as it travels on the bus topic `observations`. Times are milliseconds since the epoch. */
export const observationSchema = z.object({
  siteId: z.string(),
  deviceId: z.string(),
  deviceKind: z.enum(['charger', 'balancer', 'hub']),
  /** The device's own clock; may be wrong by decades. */
  deviceTime: z.number(),
  /** When the edge received it. */
  receivedAt: z.number(),
  event: deviceEventSchema,
});
export type Observation = z.infer<typeof observationSchema>;
export type DeviceKind = Observation['deviceKind'];
