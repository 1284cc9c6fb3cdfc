import { z } from 'zod';
import { organisationKinds } from '#libs/entitlements/role.js';
import { emailSchema, instant, nameSchema, organisationParams, personIdSchema, uuid } from './common.js';
import { countrySchema } from './company-routes.js';
import { organisationRoleSchema } from './me-routes.js';
import { onOrganisation, route, signedIn } from './route.js';

export const organisationSchema = z
  .object({
    organisationId: uuid,
    membershipId: uuid,
    name: nameSchema,
    kind: z.enum(organisationKinds),
    role: organisationRoleSchema,
    createdAt: instant,
  })
  .meta({ id: 'Organisation', description: 'An organisation as one of its members sees it' });

export const memberSchema = z
  .object({
    membershipId: uuid,
    personId: personIdSchema,
    name: z.string(),
    email: emailSchema,
    role: organisationRoleSchema,
    since: instant,
  })
  .meta({ id: 'Member' });

export const memberInvitationSchema = z
  .object({ invitationId: uuid, email: emailSchema, role: organisationRoleSchema, expiresAt: instant })
  .meta({ id: 'MemberInvitation' });

const organisationKeySchema = z
  .object({ key: z.string(), version: z.number().int().min(1).max(2_147_483_647) })
  .meta({ id: 'OrganisationKey' });

const memberParams = organisationParams.extend({ membershipId: uuid });

export const organisationRoutes = {
  createOrganisation: route({
    method: 'post',
    path: '/v1/organisations',
    operationId: 'createOrganisation',
    summary:
      'Create an organisation (NB-08) or register a company (AJ-01); you become administrator or owner',
    tag: 'organisations',
    access: signedIn,
    params: z.object({}),
    query: z.object({}),
    body: z
      .strictObject({
        name: nameSchema,
        kind: z.enum(organisationKinds).default('installer'),
        country: countrySchema.nullable().default(null),
      })
      .refine(({ kind, country }) => (kind === 'company') === (country !== null), {
        path: ['country'],
        message: 'a company names its country, another organisation none',
      }),
    response: { kind: 'json', status: 201, schema: organisationSchema },
    errors: ['personal-context-needed'],
  }),
  listOrganisations: route({
    method: 'get',
    path: '/v1/organisations',
    operationId: 'listOrganisations',
    summary: 'The organisations you are a member of',
    tag: 'organisations',
    access: signedIn,
    params: z.object({}),
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: z.object({ items: z.array(organisationSchema) }) },
    errors: [],
  }),
  listMembers: route({
    method: 'get',
    path: '/v1/organisations/{organisationId}/members',
    operationId: 'listMembers',
    summary: 'The members of an organisation',
    tag: 'organisations',
    access: onOrganisation('see-members'),
    params: organisationParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: z.object({ items: z.array(memberSchema) }) },
    errors: [],
  }),
  inviteMember: route({
    method: 'post',
    path: '/v1/organisations/{organisationId}/members',
    operationId: 'inviteMember',
    summary: 'Invite somebody to join; the answer tells nothing about accounts (NB-08)',
    tag: 'organisations',
    access: onOrganisation('manage-members'),
    params: organisationParams,
    query: z.object({}),
    body: z.strictObject({
      email: emailSchema,
      role: organisationRoleSchema,
      language: z.enum(['en', 'pl', 'da', 'nl', 'fr']).default('en'),
    }),
    response: { kind: 'json', status: 202, schema: memberInvitationSchema },
    errors: ['already-member', 'role-not-of-kind', 'no-such-account'],
  }),
  listMemberInvitations: route({
    method: 'get',
    path: '/v1/organisations/{organisationId}/invitations',
    operationId: 'listMemberInvitations',
    summary: 'Who was invited to join and has not answered',
    tag: 'organisations',
    access: onOrganisation('manage-members'),
    params: organisationParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: z.object({ items: z.array(memberInvitationSchema) }) },
    errors: [],
  }),
  withdrawMemberInvitation: route({
    method: 'delete',
    path: '/v1/organisations/{organisationId}/invitations/{invitationId}',
    operationId: 'withdrawMemberInvitation',
    summary: 'Take an invitation to join back',
    tag: 'organisations',
    access: onOrganisation('manage-members'),
    params: organisationParams.extend({ invitationId: uuid }),
    query: z.object({}),
    body: null,
    response: { kind: 'empty', status: 204 },
    errors: [],
  }),
  changeRole: route({
    method: 'put',
    path: '/v1/organisations/{organisationId}/members/{membershipId}',
    operationId: 'changeRole',
    summary: 'Change the role of a member (NB-05)',
    tag: 'organisations',
    access: onOrganisation('manage-members'),
    params: memberParams,
    query: z.object({}),
    body: z.strictObject({ role: organisationRoleSchema }),
    response: { kind: 'json', status: 200, schema: memberSchema },
    errors: ['last-administrator', 'owner-stays', 'role-not-of-kind'],
  }),
  getOrganisationKey: route({
    method: 'get',
    path: '/v1/organisations/{organisationId}/key',
    operationId: 'getOrganisationKey',
    summary: 'The key that others need to share with the organisation; for its administrators (NB-06)',
    tag: 'organisations',
    access: onOrganisation('manage-members'),
    params: organisationParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: organisationKeySchema },
    errors: [],
  }),
  rotateOrganisationKey: route({
    method: 'post',
    path: '/v1/organisations/{organisationId}/key',
    operationId: 'rotateOrganisationKey',
    summary: 'Make a new key; the one before stops at once',
    tag: 'organisations',
    access: onOrganisation('manage-members'),
    params: organisationParams,
    query: z.object({}),
    body: null,
    response: { kind: 'secret', status: 200, schema: organisationKeySchema },
    errors: [],
  }),
  removeMember: route({
    method: 'delete',
    path: '/v1/organisations/{organisationId}/members/{membershipId}',
    operationId: 'removeMember',
    summary: 'End a membership; every access that came with it ends at once (NB-03)',
    tag: 'organisations',
    access: onOrganisation('manage-members'),
    params: memberParams,
    query: z.object({}),
    body: null,
    response: { kind: 'empty', status: 204 },
    errors: ['last-administrator', 'owner-stays'],
  }),
};
