import { z } from 'zod';
import { requirements } from '#libs/entitlements/decide.js';
import { scopeKinds } from '#libs/entitlements/facts.js';
import { grantRoles } from '#libs/entitlements/role.js';
import { emailSchema, instant, locationParams, personIdSchema, uuid } from './common.js';
import { locationActionSchema } from './location-routes.js';
import { organisationRoleSchema } from './me-routes.js';
import { onLocation, route } from './route.js';
import { limitFields } from './limits.js';

export const grantRoleSchema = z.enum(grantRoles).meta({ id: 'GrantRole' });

const granteeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('person'), personId: personIdSchema, name: z.string(), email: emailSchema }),
  z.object({ kind: z.literal('organisation'), organisationId: uuid, name: z.string() }),
]);

/** One line of the permissions tab (NB-12, NB-13, NB-14): who has access, how they came by it, until when. */
export const accessEntrySchema = z
  .object({
    origin: z.enum(['owner', 'membership', 'grant']),
    /** The grant, when the access is one that can be revoked here. */
    grantId: uuid.nullable(),
    who: granteeSchema,
    role: z.union([z.literal('owner'), organisationRoleSchema, grantRoleSchema]),
    grantedBy: z.object({ personId: personIdSchema, name: z.string() }).nullable(),
    since: instant,
    expiresAt: instant.nullable(),
    /** NB-51: after a transfer it waits for the new owner's word. */
    suspended: z.boolean(),
    /** Whether you may revoke this one. */
    revocable: z.boolean(),
    /** What a grant is given on: here, on a part of it, or on the customer it belongs to; null for what is no grant. */
    scope: z.object({ kind: z.enum(scopeKinds), id: uuid, name: z.string() }).nullable(),
    /** For whom the granter acted. */
    grantedByOrganisation: z.object({ organisationId: uuid, name: z.string() }).nullable(),
    /** The access it was passed on from. */
    parentGrantId: uuid.nullable(),
    /** CS-21: the last instant at which whom it comes from may take it back; null: at any time. The owner always may. */
    revocableUntil: instant.nullable(),
    /** Whether it covers what comes later (NB-40, CS-37). */
    includeFuture: z.boolean().nullable(),
    /** CS-19: work done under it carries the granter's name. */
    branded: z.boolean().nullable(),
    limits: z
      .object({
        actions: limitFields.actions,
        hours: limitFields.hours,
        maximumCurrent_A: limitFields.maximumCurrent_A,
      })
      .nullable(),
  })
  .meta({ id: 'AccessEntry' });

const requirement = z.enum([...requirements, 'access-to-location', 'current-entitlements']);

export const explanationSchema = z
  .object({
    action: locationActionSchema,
    personId: personIdSchema,
    allowed: z.boolean(),
    /** What allows it; null when nothing does. */
    by: z
      .object({
        kind: z.enum(['owner', 'membership', 'grant']),
        id: z.string(),
        role: z.string(),
        organisationId: uuid.nullable(),
        expiresAt: instant.nullable(),
        /** `own`: only over what this person did, e.g. the own charging sessions. */
        extent: z.enum(['all', 'own']),
      })
      .nullable(),
    /** What is missing on each way that nearly allowed it; empty when allowed. */
    missing: z.array(
      z.object({ requirement, kind: z.string(), id: z.string().nullable(), sentence: z.string() }),
    ),
  })
  .meta({ id: 'Explanation' });

export const grantRoutes = {
  listAccess: route({
    method: 'get',
    path: '/v1/locations/{locationId}/grants',
    operationId: 'listAccess',
    summary: 'Everyone who has access to the location (NB-12)',
    tag: 'sharing',
    access: onLocation('share', 'refuse'),
    params: locationParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: z.object({ items: z.array(accessEntrySchema) }) },
    errors: [],
  }),
  revokeGrant: route({
    method: 'delete',
    path: '/v1/locations/{locationId}/grants/{grantId}',
    operationId: 'revokeGrant',
    summary: 'Take a granted access back; open streams on it end within half a second',
    tag: 'sharing',
    access: onLocation('revoke', 'narrow'),
    params: locationParams.extend({ grantId: uuid }),
    query: z.object({}),
    body: null,
    response: { kind: 'empty', status: 204 },
    errors: ['grant-locked'],
  }),
  explainAccess: route({
    method: 'get',
    path: '/v1/locations/{locationId}/explain',
    operationId: 'explainAccess',
    summary: 'Why a person may or may not do something here',
    tag: 'sharing',
    access: onLocation('share', 'refuse'),
    params: locationParams,
    query: z.object({
      action: locationActionSchema,
      personId: personIdSchema.optional(),
      at: instant.optional().meta({ description: 'A past instant; left out: now' }),
    }),
    body: null,
    response: { kind: 'json', status: 200, schema: explanationSchema },
    errors: [],
  }),
};
