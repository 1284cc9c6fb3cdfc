import { z } from 'zod';
import { emailSchema, instant, languageSchema, locationParams, personIdSchema, uuid } from './common.js';
import { grantRoleSchema } from './grant-routes.js';
import { limitFields } from './limits.js';
import { onLocation, route } from './route.js';

const redemptions = z.number().int().min(1).max(1_000);
/** Besides the role: when the access ends, for which actions, at which hours and up to which current it holds. */
const terms = {
  ...limitFields,
  includeFuture: z
    .boolean()
    .default(true)
    .meta({ description: 'Also for devices that are added later (NB-40)' }),
  language: languageSchema.default('en'),
};
const codeTerms = { role: grantRoleSchema, redemptions: redemptions.default(1), ...terms };

export const invitationSchema = z
  .object({
    invitationId: uuid,
    kind: z.enum(['person', 'organisation', 'code']),
    /** The invited address; null for the other kinds. */
    email: emailSchema.nullable(),
    role: grantRoleSchema,
    invitedBy: z.object({ personId: personIdSchema, name: z.string() }),
    createdAt: instant,
    /** 168 hours after creation; at that instant it is over. */
    expiresAt: instant,
    accessExpiresAt: instant.nullable(),
    actions: limitFields.actions,
    hours: limitFields.hours,
    maximumCurrent_A: limitFields.maximumCurrent_A,
    includeFuture: z.boolean(),
    /** Only of the kind `code`: hand it to whom you want to let in. */
    code: z.string().nullable(),
    redemptionsLeft: z.number().int().min(0).max(1_000),
  })
  .meta({ id: 'Invitation' });

export const invitationRoutes = {
  createInvitation: route({
    method: 'post',
    path: '/v1/locations/{locationId}/invitations',
    operationId: 'createInvitation',
    summary: 'Invite a person by e-mail, an organisation by its key, or anybody by a code (NB-15)',
    tag: 'sharing',
    access: onLocation('share', 'refuse'),
    params: locationParams,
    query: z.object({}),
    body: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('person'), email: emailSchema, role: grantRoleSchema, ...terms }),
      z.strictObject({
        kind: z.literal('organisation'),
        key: z.string().min(1).max(64),
        // AJ-40: a company that looks after hubs is admitted as professional.
        role: z.enum(['partner', 'professional']).default('partner'),
        ...terms,
      }),
      z.strictObject({ kind: z.literal('code'), ...codeTerms }),
    ]),
    response: { kind: 'secret', status: 202, schema: invitationSchema },
    errors: ['wider-than-yours', 'already-has-access', 'administrator-without-end'],
  }),
  listInvitations: route({
    method: 'get',
    path: '/v1/locations/{locationId}/invitations',
    operationId: 'listInvitations',
    summary: 'The invitations that wait for an answer (NB-14)',
    tag: 'sharing',
    access: onLocation('share', 'refuse'),
    params: locationParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: z.object({ items: z.array(invitationSchema) }) },
    errors: [],
  }),
  rotateInvitationCode: route({
    method: 'post',
    path: '/v1/locations/{locationId}/invitation-code',
    operationId: 'rotateInvitationCode',
    summary: 'Make a new invitation code; the one before stops at once (NB-34)',
    tag: 'sharing',
    access: onLocation('share', 'refuse'),
    params: locationParams,
    query: z.object({}),
    body: z.strictObject(codeTerms),
    response: { kind: 'secret', status: 201, schema: invitationSchema },
    errors: [],
  }),
  revokeInvitation: route({
    method: 'delete',
    path: '/v1/locations/{locationId}/invitations/{invitationId}',
    operationId: 'revokeInvitation',
    summary: 'Take an invitation back before it is accepted',
    tag: 'sharing',
    access: onLocation('revoke', 'narrow'),
    params: locationParams.extend({ invitationId: uuid }),
    query: z.object({}),
    body: null,
    response: { kind: 'empty', status: 204 },
    errors: [],
  }),
};
