import { z } from 'zod';
import { instant, nameSchema, uuid } from './common.js';
import { customerParams, locationEntryParams } from './customer-routes.js';
import { onOrganisation, route, type Access } from './route.js';

export const portalAccessSchema = z
  .object({
    enabled: z.boolean(),
    /** CP-09: the code opens single installations, together with their token. */
    restricted: z.boolean(),
    /** Null while it is off. */
    code: z.string().nullable(),
    /** Where the customer signs in; a path while no public address is configured. */
    link: z.string(),
    changedAt: instant.nullable(),
    /** CP-11, CP-18: one for each installation, made once; empty unless restricted. */
    tokens: z.array(z.object({ installationId: uuid, name: nameSchema, token: z.string() })),
  })
  .meta({
    id: 'PortalAccess',
    description: 'Access of a customer, or of somebody at one location, by a code',
  });

/** CP-21: whoever may edit the customer. Nobody a location is merely shared with, and not its owner. */
const access: Access = onOrganisation('manage-customers');
const answer = { kind: 'secret', status: 200, schema: portalAccessSchema } as const;
const reading = { kind: 'json', status: 200, schema: portalAccessSchema } as const;
const ofCustomer = '/v1/organisations/{organisationId}/customers/{customerId}/portal' as const;
const ofLocation = '/v1/organisations/{organisationId}/locations/{locationId}/portal' as const;

export const portalAccessRoutes = {
  getCustomerPortalAccess: route({
    method: 'get',
    path: ofCustomer,
    operationId: 'getCustomerPortalAccess',
    summary: 'Whether the customer has portal access, with the code and the link to hand out (CP-04)',
    tag: 'customer portal',
    access,
    params: customerParams,
    query: z.object({}),
    body: null,
    response: reading,
    errors: [],
  }),
  putCustomerPortalAccess: route({
    method: 'put',
    path: ofCustomer,
    operationId: 'putCustomerPortalAccess',
    summary:
      'Switch the customer portal on or off; on makes a new code, off ends every session (CP-03, CP-15)',
    tag: 'customer portal',
    access,
    params: customerParams,
    query: z.object({}),
    body: z.strictObject({ enabled: z.boolean() }),
    response: answer,
    errors: [],
  }),
  regenerateCustomerPortalCode: route({
    method: 'post',
    path: `${ofCustomer}/code`,
    operationId: 'regenerateCustomerPortalCode',
    summary: 'Make a new code; the one before stops at once with its sessions (CP-13, CP-14)',
    tag: 'customer portal',
    access,
    params: customerParams,
    query: z.object({}),
    body: null,
    response: answer,
    errors: ['portal-off'],
  }),
  getLocationPortalAccess: route({
    method: 'get',
    path: ofLocation,
    operationId: 'getLocationPortalAccess',
    summary: 'The same for one location alone (CP-06)',
    tag: 'customer portal',
    access,
    params: locationEntryParams,
    query: z.object({}),
    body: null,
    response: reading,
    errors: [],
  }),
  putLocationPortalAccess: route({
    method: 'put',
    path: ofLocation,
    operationId: 'putLocationPortalAccess',
    summary:
      'Switch the portal of one location on or off, or narrow it to single installations (CP-06, CP-09)',
    tag: 'customer portal',
    access,
    params: locationEntryParams,
    query: z.object({}),
    body: z.strictObject({ enabled: z.boolean(), restricted: z.boolean().default(false) }),
    response: answer,
    errors: [],
  }),
  regenerateLocationPortalCode: route({
    method: 'post',
    path: `${ofLocation}/code`,
    operationId: 'regenerateLocationPortalCode',
    summary: 'Make a new code for the location; the one before stops at once with its sessions',
    tag: 'customer portal',
    access,
    params: locationEntryParams,
    query: z.object({}),
    body: null,
    response: answer,
    errors: ['portal-off'],
  }),
};
