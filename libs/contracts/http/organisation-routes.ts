import { z } from 'zod';
import { emailSchema, instant, nameSchema, organisationParams, personIdSchema, uuid } from './common.js';
import { organisationRoleSchema } from './me-routes.js';
import { onOrganisation, route, signedIn } from './route.js';

export const organisationSchema = z
  .object({ organisationId: uuid, name: nameSchema, role: organisationRoleSchema, createdAt: instant })
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

const memberParams = organisationParams.extend({ membershipId: uuid });

export const organisationRoutes = {
  createOrganisation: route({
    method: 'post',
    path: '/v1/organisations',
    operationId: 'createOrganisation',
    summary: 'Create an organisation; you become its first administrator (NB-08)',
    tag: 'organisations',
    access: signedIn,
    params: z.object({}),
    query: z.object({}),
    body: z.strictObject({ name: nameSchema }),
    response: { kind: 'json', status: 201, schema: organisationSchema },
    errors: [],
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
  addMember: route({
    method: 'post',
    path: '/v1/organisations/{organisationId}/members',
    operationId: 'addMember',
    summary: 'Make the holder of an account a member',
    tag: 'organisations',
    access: onOrganisation('manage-members'),
    params: organisationParams,
    query: z.object({}),
    body: z.strictObject({ email: emailSchema, role: organisationRoleSchema }),
    response: { kind: 'json', status: 201, schema: memberSchema },
    errors: ['unknown-account', 'already-member'],
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
    errors: ['last-administrator'],
  }),
};
