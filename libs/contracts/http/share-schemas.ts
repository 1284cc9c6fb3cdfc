import { z } from 'zod';
import { locationActions } from '#libs/entitlements/action.js';
import { shareLevels, shareRoles, shareStates } from '#libs/entitlements/share-request.js';
import { instant, nameSchema, uuid } from './common.js';
import { locationActionSchema, timeZone } from './location-routes.js';

export const shareLevelSchema = z.enum(shareLevels).meta({ id: 'ShareLevel' });
export const shareRoleSchema = z.enum(shareRoles).meta({ id: 'ShareRole' });
export const countSchema = z.number().int().min(0).max(10_000_000);
const minuteOfDay = z.number().int().min(0).max(1_440);

/** Times of the week at which an access opens, as the clock on the wall of that zone shows them. */
export const weeklyHoursSchema = z
  .strictObject({
    timeZone,
    ranges: z
      .array(
        z.strictObject({
          days: z
            .array(
              z.union([
                z.literal(1),
                z.literal(2),
                z.literal(3),
                z.literal(4),
                z.literal(5),
                z.literal(6),
                z.literal(7),
              ]),
            )
            .min(1)
            .max(7)
            .meta({ description: '1 is Monday' }),
          from_min: minuteOfDay,
          to_min: minuteOfDay,
        }),
      )
      .min(1)
      .max(50),
  })
  .meta({ id: 'WeeklyHours' });

/** What a grant is limited to beside role and place; null: nothing of its own. */
export const limitFields = {
  expiresAt: instant.nullable().default(null),
  actions: z.array(locationActionSchema).min(1).max(locationActions.length).nullable().default(null),
  hours: weeklyHoursSchema.nullable().default(null),
  maximumCurrent_A: z.number().min(6).max(1_000).nullable().default(null),
};

export const shareTermsSchema = z
  .strictObject({
    role: shareRoleSchema,
    /** CS-19: work done under it carries the grantor's name; not for installation managers. */
    branded: z.boolean().default(false),
    /** CS-37: whether it covers what comes under the objects later. */
    includeFuture: z.boolean().default(false),
    ...limitFields,
  })
  .meta({ id: 'ShareTerms' });

export const shareObjectRefSchema = z.strictObject({ kind: shareLevelSchema, id: uuid });

export const shareSchema = z
  .object({
    shareId: uuid,
    connectionId: uuid,
    /** Whether you asked for it or were asked. */
    side: z.enum(['requester', 'counterparty']),
    requester: z.object({ organisationId: uuid, name: z.string() }),
    grantor: z.object({ organisationId: uuid, name: z.string() }),
    level: shareLevelSchema,
    /** CS-05, CS-06: the requester's name for it, seen by both. */
    name: nameSchema,
    message: z.string().nullable(),
    /** CS-47. */
    status: z.enum([...shareStates, 'to-evaluate']),
    failure: z.string().nullable(),
    terms: shareTermsSchema.nullable(),
    /** CS-31: the access it takes the place of. */
    replacesGrantId: uuid.nullable(),
    /** CS-45: how far the taking over is. */
    progress: z.object({ taken: countSchema, chosen: countSchema, total: countSchema }),
    requestedAt: instant,
    answeredAt: instant.nullable(),
    confirmedAt: instant.nullable(),
    availableAt: instant.nullable(),
    processedAt: instant.nullable(),
    endedAt: instant.nullable(),
  })
  .meta({ id: 'Share' });

export const shareCandidateSchema = z
  .object({
    kind: shareLevelSchema,
    id: uuid,
    name: z.string(),
    /** Whose it is. */
    organisation: z.object({ organisationId: uuid, name: z.string() }),
    customer: z.object({ customerId: uuid, name: z.string() }).nullable(),
    location: z.object({ locationId: uuid, name: z.string() }).nullable(),
  })
  .meta({ id: 'ShareCandidate' });

/** CS-16: exactly what a confirmation shares, object by object. */
export const sharePreviewSchema = z
  .object({
    terms: shareTermsSchema,
    objects: z.array(
      z.object({
        kind: shareLevelSchema,
        id: uuid,
        name: z.string(),
        /** The access it is passed on from; null: it is your own. */
        parentGrantId: uuid.nullable(),
        /** What holds after the limits of that access. */
        limits: z.object(limitFields),
        /** Everything in it that is shared, itself first. */
        contains: z.array(
          z.object({
            kind: z.enum(['customer', 'location', 'building', 'installation']),
            id: uuid,
            name: z.string(),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'SharePreview' });
