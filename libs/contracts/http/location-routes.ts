import { z } from 'zod';
import { locationActions } from '#libs/entitlements/action.js';
import { instant, locationParams, nameSchema, page, pageQuery, personIdSchema, uuid } from './common.js';
import { siteTopologyComponent } from './components.js';
import { onLocation, route, signedIn } from './route.js';

export const timeZone = z
  .string()
  .max(64)
  .refine((zone) => isTimeZone(zone), 'name an IANA time zone, e.g. Europe/Oslo');

function isTimeZone(zone: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export const locationActionSchema = z.enum(locationActions).meta({ id: 'LocationAction' });

export const locationSchema = z
  .object({
    locationId: uuid,
    name: nameSchema,
    timeZone: z.string(),
    createdAt: instant,
    owner: z.object({ personId: personIdSchema, name: z.string() }).nullable(),
    installedBy: z.object({ organisationId: uuid, name: z.string() }).nullable(),
    /** Whether partners may share it on. */
    partnersMayShare: z.boolean(),
    deviceCount: z.number().int().min(0).max(100_000),
    /** What you may do here; the portal shows only that. */
    allowed: z.array(locationActionSchema),
    /** How you come by it. */
    through: z.enum(['owner', 'membership', 'grant']),
    /** Your role as the public device interface numbers it (NB-53): installer -1, owner 0, user 1, administrator 2. */
    roleCode: z.union([z.literal(-1), z.literal(0), z.literal(1), z.literal(2)]),
  })
  .meta({ id: 'Location' });

const versionedTopology = z
  .object({
    version: z.number().int().min(0).max(2_147_483_647).meta({ description: '0 while none was ever stored' }),
    updatedAt: instant.nullable(),
    topology: siteTopologyComponent.nullable(),
  })
  .meta({ id: 'VersionedTopology' });

export const locationRoutes = {
  createLocation: route({
    method: 'post',
    path: '/v1/locations',
    operationId: 'createLocation',
    summary: 'Create a location, as its owner or for an organisation you are a member of',
    tag: 'locations',
    access: signedIn,
    params: z.object({}),
    query: z.object({}),
    body: z.strictObject({
      name: nameSchema,
      timeZone,
      organisationId: uuid.nullable().meta({ description: 'null: you own it yourself' }),
    }),
    response: { kind: 'json', status: 201, schema: locationSchema },
    errors: ['unknown-organisation'],
  }),
  listLocations: route({
    method: 'get',
    path: '/v1/locations',
    operationId: 'listLocations',
    summary: 'Every location you may see, whatever made it visible (NB-38, NB-39)',
    tag: 'locations',
    access: signedIn,
    params: z.object({}),
    query: z.object({ ...pageQuery, search: z.string().max(120).optional() }),
    body: null,
    response: { kind: 'json', status: 200, schema: page(locationSchema) },
    errors: ['invalid-cursor'],
  }),
  getLocation: route({
    method: 'get',
    path: '/v1/locations/{locationId}',
    operationId: 'getLocation',
    summary: 'One location',
    tag: 'locations',
    access: onLocation('telemetry', 'refuse'),
    params: locationParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: locationSchema },
    errors: [],
  }),
  putSharingPolicy: route({
    method: 'put',
    path: '/v1/locations/{locationId}/sharing-policy',
    operationId: 'putSharingPolicy',
    summary: 'Say whether partners may share the location on',
    tag: 'sharing',
    access: onLocation('revoke', 'refuse'),
    params: locationParams,
    query: z.object({}),
    body: z.strictObject({ partnersMayShare: z.boolean() }),
    response: { kind: 'json', status: 200, schema: locationSchema },
    errors: [],
  }),
  getTopology: route({
    method: 'get',
    path: '/v1/locations/{locationId}/topology',
    operationId: 'getTopology',
    summary: 'The fuse tree and how the chargers are wired to it',
    tag: 'locations',
    access: onLocation('telemetry', 'refuse'),
    params: locationParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: versionedTopology },
    errors: [],
  }),
  putTopology: route({
    method: 'put',
    path: '/v1/locations/{locationId}/topology',
    operationId: 'putTopology',
    summary: 'Replace the fuse tree; `version` is the one you read',
    tag: 'locations',
    access: onLocation('electrical', 'refuse'),
    params: locationParams,
    query: z.object({}),
    body: z.strictObject({
      version: z.number().int().min(0).max(2_147_483_647),
      topology: siteTopologyComponent,
    }),
    response: { kind: 'json', status: 200, schema: versionedTopology },
    errors: ['unsound-topology', 'topology-version-conflict'],
  }),
};
