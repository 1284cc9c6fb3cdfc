import { z } from 'zod';
import type { ChargingProfile } from './profile-store.js';

/** What the simulated charger reads of the central system's messages; everything else it ignores, as real ones do. */
const connectorId = z.number().int().min(0);

export const chargingProfileSchema = z.object({
  chargingProfileId: z.number().int(),
  transactionId: z.number().int().optional(),
  stackLevel: z.number().int().min(0),
  chargingProfilePurpose: z.enum(['ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile']),
  chargingProfileKind: z.enum(['Absolute', 'Recurring', 'Relative']),
  recurrencyKind: z.enum(['Daily', 'Weekly']).optional(),
  validFrom: z.string().optional(),
  validTo: z.string().optional(),
  chargingSchedule: z.object({
    duration: z.number().int().optional(),
    startSchedule: z.string().optional(),
    chargingRateUnit: z.enum(['A', 'W']),
    chargingSchedulePeriod: z
      .array(
        z.object({
          startPeriod: z.number().int().min(0),
          limit: z.number().min(0),
          numberPhases: z.number().int().min(1).max(3).optional(),
        }),
      )
      .min(1),
  }),
}) satisfies z.ZodType<ChargingProfile>;

export const setChargingProfileSchema = z.object({ connectorId, csChargingProfiles: chargingProfileSchema });
export const clearChargingProfileSchema = z.object({
  id: z.number().int().optional(),
  connectorId: connectorId.optional(),
  chargingProfilePurpose: z.string().optional(),
  stackLevel: z.number().int().optional(),
});
export const getCompositeScheduleSchema = z.object({ connectorId, duration: z.number().int().min(0) });
export const remoteStartSchema = z.object({
  connectorId: connectorId.optional(),
  idTag: z.string(),
  chargingProfile: chargingProfileSchema.optional(),
});
export const remoteStopSchema = z.object({ transactionId: z.number().int() });
export const changeConfigurationSchema = z.object({ key: z.string(), value: z.string() });
export const getConfigurationSchema = z.object({ key: z.array(z.string()).optional() });
export const changeAvailabilitySchema = z.object({ connectorId, type: z.enum(['Inoperative', 'Operative']) });
export const resetSchema = z.object({ type: z.enum(['Soft', 'Hard']) });
export const unlockSchema = z.object({ connectorId });
export const triggerSchema = z.object({ requestedMessage: z.string(), connectorId: connectorId.optional() });

export const anythingSchema = z.looseObject({});

export const bootAnswerSchema = z.object({
  status: z.enum(['Accepted', 'Pending', 'Rejected']),
  interval: z.number().min(0),
});
const idTagInfo = z.object({ status: z.string() });
export const authorizeAnswerSchema = z.object({ idTagInfo });
export const startAnswerSchema = z.object({ transactionId: z.number().int(), idTagInfo });
