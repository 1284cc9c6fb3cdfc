import { z } from 'zod';
import { shareLevels, shareRoles, shareStates } from '#libs/entitlements/share-request.js';
import { instant, nameSchema, uuid } from './common.js';
import { limitFields } from './limits.js';

export const shareLevelSchema = z.enum(shareLevels).meta({ id: 'ShareLevel' });
export const shareRoleSchema = z.enum(shareRoles).meta({ id: 'ShareRole' });
export const countSchema = z.number().int().min(0).max(10_000_000);

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
