import { z } from 'zod';
import { accessHours, cameraPermissions } from '#libs/entitlements/hub-access.js';
import { grantRoles } from '#libs/entitlements/role.js';
import { instant, locationParams, personIdSchema, uuid, languageSchema } from './common.js';

import { weeklyHoursSchema } from './limits.js';
import { onLocation, route } from './route.js';

const hours = z.union(accessHours.map((each) => z.literal(each))).meta({ id: 'AccessHours' });

const hubUser = z
  .object({
    kind: z.enum(['person', 'company']),
    personId: personIdSchema.nullable(),
    organisationId: uuid.nullable(),
    name: z.string(),
    role: z.union([z.literal('owner'), z.enum(grantRoles)]),
    /** The grant to revoke; null for the owner and for a company that set the hub up. */
    grantId: uuid.nullable(),
    /** Of a professional: until when the settings can be reached; null: not now. */
    settings: z
      .object({
        until: instant.nullable().meta({ description: 'null: for good' }),
        hours: weeklyHoursSchema.nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'HubUser' });

const accessRequest = z
  .object({
    requestId: uuid,
    kind: z.enum(['settings', 'cameras']),
    by: z.object({
      personId: personIdSchema,
      name: z.string(),
      /** The company it is for; null: for himself. */
      organisation: z.object({ organisationId: uuid, name: z.string() }).nullable(),
    }),
    /** Null: for good. */
    duration_h: hours.nullable(),
    cameras: z.array(z.string()),
    permissions: z.array(z.enum(cameraPermissions)),
    state: z.enum(['requested', 'approved', 'declined', 'withdrawn', 'expired']),
    createdAt: instant,
    expiresAt: instant,
  })
  .meta({ id: 'AccessRequest' });

const forCompany = {
  organisationId: uuid
    .nullable()
    .default(null)
    .meta({ description: 'The company you ask for; null: yourself' }),
  language: languageSchema.default('en'),
};
const query = z.object({});
const path = '/v1/locations/{locationId}/access-requests';
const requestParams = locationParams.extend({ requestId: uuid });
const guards = { tag: 'hubs', access: onLocation('share', 'refuse'), query } as const;
const empty = { kind: 'empty', status: 204 } as const;

export const hubAccessRoutes = {
  listHubUsers: route({
    ...guards,
    method: 'get',
    path: '/v1/locations/{locationId}/hub-users',
    operationId: 'listHubUsers',
    summary: 'The users of the hubs here; a company is one, however many employees it has (AJ-41)',
    params: locationParams,
    body: null,
    response: {
      kind: 'json',
      status: 200,
      schema: z.object({ count: z.number().int().min(0).max(1_000_000), items: z.array(hubUser) }),
    },
    errors: [],
  }),
  requestAccess: route({
    method: 'post',
    path,
    operationId: 'requestAccess',
    summary:
      "As a professional: ask the hub's administrators for its settings, or for cameras (AJ-39, AJ-42)",
    tag: 'hubs',
    access: onLocation('telemetry', 'refuse'),
    params: locationParams,
    query,
    body: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('settings'), duration_h: hours.nullable(), ...forCompany }),
      z.strictObject({
        kind: z.literal('cameras'),
        cameras: z.array(z.string().trim().min(1).max(80)).min(1).max(100),
        permissions: z.array(z.enum(cameraPermissions)).min(1).max(cameraPermissions.length),
        duration_h: hours,
        ...forCompany,
      }),
    ]),
    response: { kind: 'json', status: 201, schema: accessRequest },
    errors: [],
  }),
  listAccessRequests: route({
    ...guards,
    method: 'get',
    path,
    operationId: 'listAccessRequests',
    summary: 'What professionals asked for, newest first',
    params: locationParams,
    body: null,
    response: { kind: 'json', status: 200, schema: z.object({ items: z.array(accessRequest) }) },
    errors: [],
  }),
  approveAccess: route({
    ...guards,
    method: 'post',
    path: `${path}/{requestId}/approve`,
    operationId: 'approveAccess',
    summary: 'Give what was asked for; it begins at once and lasts from now',
    params: requestParams,
    body: null,
    response: { kind: 'json', status: 200, schema: accessRequest },
    errors: ['request-answered'],
  }),
  declineAccess: route({
    ...guards,
    method: 'post',
    path: `${path}/{requestId}/decline`,
    operationId: 'declineAccess',
    summary: 'Refuse it',
    params: requestParams,
    body: null,
    response: empty,
    errors: ['request-answered'],
  }),
  withdrawAccessRequest: route({
    method: 'delete',
    path: `${path}/{requestId}`,
    operationId: 'withdrawAccessRequest',
    summary: 'Take your own request back',
    tag: 'hubs',
    access: onLocation('telemetry', 'refuse'),
    params: requestParams,
    query,
    body: null,
    response: empty,
    errors: ['request-answered'],
  }),
  scheduleProfessional: route({
    method: 'put',
    path: '/v1/locations/{locationId}/professionals/{grantId}/schedule',
    operationId: 'scheduleProfessional',
    summary: 'Open the settings to a professional at up to five ranges of the week (AJ-42)',
    tag: 'hubs',
    access: onLocation('share', 'refuse'),
    params: locationParams.extend({ grantId: uuid }),
    query,
    body: weeklyHoursSchema,
    response: empty,
    errors: [],
  }),
};
