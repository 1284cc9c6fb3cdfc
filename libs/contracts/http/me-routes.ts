import { z } from 'zod';
import { organisationRoles } from '#libs/entitlements/role.js';
import { emailSchema, languageSchema, nameSchema, personIdSchema, uuid } from './common.js';
import { route, signedIn } from './route.js';

export const organisationRoleSchema = z.enum(organisationRoles).meta({ id: 'OrganisationRole' });

export const meSchema = z
  .object({
    personId: personIdSchema,
    name: z.string(),
    email: emailSchema,
    emailVerified: z.boolean(),
    language: languageSchema,
    organisations: z.array(
      z.object({ organisationId: uuid, membershipId: uuid, name: nameSchema, role: organisationRoleSchema }),
    ),
  })
  .meta({ id: 'Me' });

export const meRoutes = {
  getMe: route({
    method: 'get',
    path: '/v1/me',
    operationId: 'getMe',
    summary: 'Who is signed in, and in which organisations',
    tag: 'me',
    access: signedIn,
    params: z.object({}),
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: meSchema },
    errors: [],
  }),
  putLanguage: route({
    method: 'put',
    path: '/v1/me/language',
    operationId: 'putLanguage',
    summary: 'The language in which you read mails',
    tag: 'me',
    access: signedIn,
    params: z.object({}),
    query: z.object({}),
    body: z.strictObject({ language: languageSchema }),
    response: { kind: 'empty', status: 204 },
    errors: [],
  }),
};
