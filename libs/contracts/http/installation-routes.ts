import { z } from 'zod';
import { instant, locationParams, nameSchema, organisationParams, page, pageQuery, uuid } from './common.js';
import { locationEntryParams } from './customer-routes.js';
import { onInstallation, onLocation, onOrganisation, route, signedIn } from './route.js';

const description = z
  .string()
  .trim()
  .min(1)
  .max(1_000)
  .nullable()
  .meta({ description: 'What it is: charging point, heat pump, alarm' });

export const buildingSchema = z
  .object({ buildingId: uuid, locationId: uuid, name: nameSchema, createdAt: instant })
  .meta({ id: 'Building' });

export const installationSchema = z
  .object({
    installationId: uuid,
    locationId: uuid,
    buildingId: uuid.nullable(),
    name: nameSchema,
    description,
    createdAt: instant,
    deviceIds: z.array(uuid),
  })
  .meta({ id: 'Installation' });

export const installationParams = z.object({ installationId: uuid });
const buildingParams = organisationParams.extend({ buildingId: uuid });
const placedParams = organisationParams.extend({ installationId: uuid });

/**
 * What stands at a location. Where it stands is in the books of the organisation that installed the location and changed
 * by its members alone (CS-36); what it is called and what it consists of, by everybody with the right to work on it (CS-35).
 */
export const installationRoutes = {
  listBuildings: route({
    method: 'get',
    path: '/v1/locations/{locationId}/buildings',
    operationId: 'listBuildings',
    summary: 'The buildings of a location, by name',
    tag: 'installations',
    access: onLocation('telemetry', 'refuse'),
    params: locationParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: z.object({ items: z.array(buildingSchema) }) },
    errors: [],
  }),
  createBuilding: route({
    method: 'post',
    path: '/v1/organisations/{organisationId}/locations/{locationId}/buildings',
    operationId: 'createBuilding',
    summary: 'Enter a building of a location',
    tag: 'installations',
    access: onOrganisation('manage-customers'),
    params: locationEntryParams,
    query: z.object({}),
    body: z.strictObject({ name: nameSchema }),
    response: { kind: 'json', status: 201, schema: buildingSchema },
    errors: [],
  }),
  renameBuilding: route({
    method: 'put',
    path: '/v1/organisations/{organisationId}/buildings/{buildingId}',
    operationId: 'renameBuilding',
    summary: 'Change what a building is called',
    tag: 'installations',
    access: onOrganisation('manage-customers'),
    params: buildingParams,
    query: z.object({}),
    body: z.strictObject({ name: nameSchema }),
    response: { kind: 'json', status: 200, schema: buildingSchema },
    errors: [],
  }),
  removeBuilding: route({
    method: 'delete',
    path: '/v1/organisations/{organisationId}/buildings/{buildingId}',
    operationId: 'removeBuilding',
    summary: 'Strike an empty building off the books',
    tag: 'installations',
    access: onOrganisation('manage-customers'),
    params: buildingParams,
    query: z.object({}),
    body: null,
    response: { kind: 'empty', status: 204 },
    errors: ['still-in-use'],
  }),
  listInstallations: route({
    method: 'get',
    path: '/v1/locations/{locationId}/installations',
    operationId: 'listInstallations',
    summary: 'The installations of a location, by name',
    tag: 'installations',
    access: onLocation('telemetry', 'refuse'),
    params: locationParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: z.object({ items: z.array(installationSchema) }) },
    errors: [],
  }),
  listVisibleInstallations: route({
    method: 'get',
    path: '/v1/installations',
    operationId: 'listVisibleInstallations',
    summary: 'Every installation you may see, also one that is shared without its location (NB-39, CS-09)',
    tag: 'installations',
    access: signedIn,
    params: z.object({}),
    query: z.object({ ...pageQuery, search: z.string().max(120).optional() }),
    body: null,
    response: { kind: 'json', status: 200, schema: page(installationSchema) },
    errors: ['invalid-cursor'],
  }),
  createInstallation: route({
    method: 'post',
    path: '/v1/organisations/{organisationId}/locations/{locationId}/installations',
    operationId: 'createInstallation',
    summary: 'Enter an installation of a location',
    tag: 'installations',
    access: onOrganisation('manage-customers'),
    params: locationEntryParams,
    query: z.object({}),
    body: z.strictObject({
      name: nameSchema,
      description: description.default(null),
      buildingId: uuid.nullable().default(null),
    }),
    response: { kind: 'json', status: 201, schema: installationSchema },
    errors: ['unknown-building'],
  }),
  getInstallation: route({
    method: 'get',
    path: '/v1/installations/{installationId}',
    operationId: 'getInstallation',
    summary: 'One installation',
    tag: 'installations',
    access: onInstallation('telemetry', 'refuse'),
    params: installationParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: installationSchema },
    errors: [],
  }),
  describeInstallation: route({
    method: 'put',
    path: '/v1/installations/{installationId}',
    operationId: 'describeInstallation',
    summary: 'Change what an installation is called and what it is (CS-35)',
    tag: 'installations',
    access: onInstallation('work', 'refuse'),
    params: installationParams,
    query: z.object({}),
    body: z.strictObject({ name: nameSchema, description }),
    response: { kind: 'json', status: 200, schema: installationSchema },
    errors: [],
  }),
  assignDevices: route({
    method: 'put',
    path: '/v1/installations/{installationId}/devices',
    operationId: 'assignDevices',
    summary:
      'Say which devices of its location an installation consists of; each takes the electrical right on it',
    tag: 'installations',
    access: onInstallation('electrical', 'refuse'),
    params: installationParams,
    query: z.object({}),
    body: z.strictObject({ deviceIds: z.array(uuid).max(1_000) }),
    response: { kind: 'json', status: 200, schema: installationSchema },
    errors: ['unknown-device'],
  }),
  placeInstallation: route({
    method: 'put',
    path: '/v1/organisations/{organisationId}/installations/{installationId}',
    operationId: 'placeInstallation',
    summary: 'Move an installation into a building of its location, or out of any (CS-36)',
    tag: 'installations',
    access: onOrganisation('manage-customers'),
    params: placedParams,
    query: z.object({}),
    body: z.strictObject({ buildingId: uuid.nullable() }),
    response: { kind: 'json', status: 200, schema: installationSchema },
    errors: ['unknown-building'],
  }),
  removeInstallation: route({
    method: 'delete',
    path: '/v1/organisations/{organisationId}/installations/{installationId}',
    operationId: 'removeInstallation',
    summary: 'Strike an installation without devices and documents off the books',
    tag: 'installations',
    access: onOrganisation('manage-customers'),
    params: placedParams,
    query: z.object({}),
    body: null,
    response: { kind: 'empty', status: 204 },
    errors: ['still-in-use'],
  }),
};
