import { z } from 'zod';
import { instant, nameSchema, organisationParams, page, pageQuery, uuid } from './common.js';
import { onOrganisation, route } from './route.js';

const reference = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .nullable()
  .meta({ description: "The organisation's own number" });

export const customerSchema = z
  .object({
    customerId: uuid,
    name: nameSchema,
    reference,
    createdAt: instant,
    locationCount: z.number().int().min(0).max(1_000_000),
  })
  .meta({ id: 'Customer', description: 'A customer in the books of an organisation' });

export const locationEntrySchema = z
  .object({
    locationId: uuid,
    name: nameSchema,
    customer: z.object({ customerId: uuid, name: nameSchema, since: instant }).nullable(),
    address: z.string().nullable(),
  })
  .meta({
    id: 'LocationEntry',
    description: 'A location in the books of the organisation that installed it',
  });

export const customerParams = organisationParams.extend({ customerId: uuid });
export const locationEntryParams = organisationParams.extend({ locationId: uuid });
const customerBody = z.strictObject({ name: nameSchema, reference: reference.default(null) });

/** An organisation's customers and which location is whose. For its members alone, whoever a location is shared with (CS-36). */
export const customerRoutes = {
  createCustomer: route({
    method: 'post',
    path: '/v1/organisations/{organisationId}/customers',
    operationId: 'createCustomer',
    summary: 'Enter a customer into the books',
    tag: 'customers',
    access: onOrganisation('manage-customers'),
    params: organisationParams,
    query: z.object({}),
    body: customerBody,
    response: { kind: 'json', status: 201, schema: customerSchema },
    errors: [],
  }),
  listCustomers: route({
    method: 'get',
    path: '/v1/organisations/{organisationId}/customers',
    operationId: 'listCustomers',
    summary: 'The customers by name; `search` looks in name and number',
    tag: 'customers',
    access: onOrganisation('see-organisation'),
    params: organisationParams,
    query: z.object({ ...pageQuery, search: z.string().max(120).optional() }),
    body: null,
    response: { kind: 'json', status: 200, schema: page(customerSchema) },
    errors: ['invalid-cursor'],
  }),
  getCustomer: route({
    method: 'get',
    path: '/v1/organisations/{organisationId}/customers/{customerId}',
    operationId: 'getCustomer',
    summary: 'One customer',
    tag: 'customers',
    access: onOrganisation('see-organisation'),
    params: customerParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: customerSchema },
    errors: [],
  }),
  updateCustomer: route({
    method: 'put',
    path: '/v1/organisations/{organisationId}/customers/{customerId}',
    operationId: 'updateCustomer',
    summary: 'Change what the customer is called',
    tag: 'customers',
    access: onOrganisation('manage-customers'),
    params: customerParams,
    query: z.object({}),
    body: customerBody,
    response: { kind: 'json', status: 200, schema: customerSchema },
    errors: [],
  }),
  removeCustomer: route({
    method: 'delete',
    path: '/v1/organisations/{organisationId}/customers/{customerId}',
    operationId: 'removeCustomer',
    summary: 'Strike a customer without locations off the books',
    tag: 'customers',
    access: onOrganisation('manage-customers'),
    params: customerParams,
    query: z.object({}),
    body: null,
    response: { kind: 'empty', status: 204 },
    errors: ['still-in-use'],
  }),
  listCustomerLocations: route({
    method: 'get',
    path: '/v1/organisations/{organisationId}/customers/{customerId}/locations',
    operationId: 'listCustomerLocations',
    summary: 'The locations under a customer, by name',
    tag: 'customers',
    access: onOrganisation('see-organisation'),
    params: customerParams,
    query: z.object(pageQuery),
    body: null,
    response: { kind: 'json', status: 200, schema: page(locationEntrySchema) },
    errors: ['invalid-cursor'],
  }),
  getLocationEntry: route({
    method: 'get',
    path: '/v1/organisations/{organisationId}/locations/{locationId}',
    operationId: 'getLocationEntry',
    summary: 'Whose customer a location is, and its address',
    tag: 'customers',
    access: onOrganisation('see-organisation'),
    params: locationEntryParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: locationEntrySchema },
    errors: [],
  }),
  putLocationEntry: route({
    method: 'put',
    path: '/v1/organisations/{organisationId}/locations/{locationId}',
    operationId: 'putLocationEntry',
    summary: 'Put a location under a customer, or under none, and note its address',
    tag: 'customers',
    access: onOrganisation('manage-customers'),
    params: locationEntryParams,
    query: z.object({}),
    body: z.strictObject({
      customerId: uuid.nullable(),
      address: z.string().trim().min(1).max(300).nullable(),
    }),
    response: { kind: 'json', status: 200, schema: locationEntrySchema },
    errors: ['unknown-customer'],
  }),
};
