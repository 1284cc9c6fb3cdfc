import { z } from 'zod';
import {
  balancerSettingsSchema,
  cableLockSchema,
  chargingModeSchema,
  chargingPhasesSchema,
  dailyDepartureSchema,
  energyGoalSchema,
  hubSettingsSchema,
  phaseRotationSchema,
  prioritySchema,
  scheduleWindowSchema,
  sessionGoalSchema,
} from './command.js';

/** The keys of a device twin that people may desire; absent means never set. */
export const deviceSettingsSchema = z.object({
  /** Ceiling a person put on the charger, ampere per line. OCPP 1.6: ChargePointMaxProfile. */
  maxCurrent_A: z.number().min(6).max(32).optional(),
  /** LED brightness, 0 is valid. OCPP 1.6: configuration key LightIntensity. */
  brightness_percent: z.number().int().min(0).max(100).optional(),
  /** Weekly windows in which charging is allowed, in the location's time zone; empty means always. */
  schedule: z.array(scheduleWindowSchema).max(14).optional(),
  /** What decides beneath the fuses; absent: balanced. */
  mode: chargingModeSchema.optional(),
  departures: z.array(dailyDepartureSchema).max(14).optional(),
  energy_kWh: energyGoalSchema.optional(),
  /** Full current until then. */
  boostUntil: z.iso.datetime().nullable().optional(),
  priority: prioritySchema.optional(),
  /** On how many lines a charger that switches may charge; absent: the allocator chooses. */
  phases: chargingPhasesSchema.optional(),
  /** Of the latest session that somebody set one for; others have none. */
  goal: sessionGoalSchema.optional(),
  /** NB-71. OCPP 1.6: UnlockConnectorOnEVSideDisconnect; 2.0.1: OCPPCommCtrlr.UnlockOnEVSideDisconnect. */
  cableLock: cableLockSchema.optional(),
  /** NB-68, by connector. OCPP 1.6: ConnectorPhaseRotation; 2.0.1: EVSE.PhaseRotation. */
  phaseRotation: z.record(z.string().regex(/^[1-9]\d{0,2}$/), phaseRotationSchema).optional(),
  /** Of a load balancer, and nothing else's. */
  balancer: balancerSettingsSchema.optional(),
  /** Of an alarm hub, and nothing else's. */
  hub: hubSettingsSchema.optional(),
});
export type DeviceSettings = z.infer<typeof deviceSettingsSchema>;

const each = deviceSettingsSchema.shape;

/** Settings to wish; a null takes a wish back. At least one. */
export const settingsPatchSchema = z
  .strictObject({
    maxCurrent_A: each.maxCurrent_A.nullable(),
    brightness_percent: each.brightness_percent.nullable(),
    schedule: each.schedule.nullable(),
    mode: each.mode.nullable(),
    departures: each.departures.nullable(),
    energy_kWh: each.energy_kWh.nullable(),
    boostUntil: each.boostUntil.nullable(),
    priority: each.priority.nullable(),
    phases: each.phases.nullable(),
    goal: each.goal.nullable(),
    cableLock: each.cableLock.nullable(),
    phaseRotation: each.phaseRotation.nullable(),
    balancer: each.balancer.nullable(),
    hub: each.hub.nullable(),
  } satisfies { [Key in keyof DeviceSettings]-?: z.ZodType })
  .refine((settings) => Object.keys(settings).length > 0, 'name at least one setting');
export type SettingsPatch = z.infer<typeof settingsPatchSchema>;
