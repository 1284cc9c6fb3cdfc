import { z } from 'zod';
import { reasonCodes, reasonSources } from '#libs/allocation/reason.js';

/** Why a limit is what it is: the constraint that was tight, in the words of libs/allocation/reason.ts. */
export const limitReasonSchema = z.object({
  code: z.enum(reasonCodes),
  /** The fuse-tree node and line that were full, when one was. */
  nodeId: z.string().nullable(),
  phase: z.enum(['L1', 'L2', 'L3']).nullable(),
  /** Where the tight number came from. */
  source: z.enum(reasonSources),
  /** About when it ends, milliseconds since the epoch; absent or null: nobody can say. */
  until: z.number().nullable().optional(),
});
export type LimitReason = z.infer<typeof limitReasonSchema>;

/** A current limit on its way from the allocator to one connector: a lease, never a permanent setting. */
export const limitSchema = z.object({
  limitId: z.string(),
  siteId: z.string(),
  deviceId: z.string(),
  connector: z.number().int().min(1).max(255),
  /** The transaction it is for; null sets the standing default (fallback) of the connector. */
  transactionId: z.number().int().nullable(),
  /** Ampere per line; 0 pauses the car. Steps of 0.1 A. */
  current_A: z.number().min(0).max(1_000),
  /** On how many lines the car may charge; null leaves that to the charger. Only for chargers that switch (OCPP 1.6 numberPhases). */
  numberPhases: z.union([z.literal(1), z.literal(3)]).nullable(),
  /** Epoch of the partition's owner; the edge refuses older ones. */
  ownerEpoch: z.number().int().min(0),
  issuedAt: z.number(),
  /** The charger falls back to its standing default at this instant. Null only for the standing default itself. */
  leaseUntil: z.number().nullable(),
  reason: limitReasonSchema,
});
export type Limit = z.infer<typeof limitSchema>;
