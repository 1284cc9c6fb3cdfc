import { z } from 'zod';
import { connectionStates } from '#libs/entitlements/connection.js';
import { emailSchema, instant, nameSchema, organisationParams, uuid, languageSchema } from './common.js';
import { countrySchema } from './company-routes.js';

import { onOrganisation, route } from './route.js';

/** In the smallest unit of its currency. */
export const minorUnits = z.number().int().min(0).max(1_000_000_000_000);
const currency = z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code, e.g. EUR');
const trialMonths = z.number().int().min(0).max(24);

const offered = {
  name: nameSchema,
  monthlyPrice_minor: minorUnits,
  currency,
  withSim: z.boolean(),
  countries: z.array(countrySchema).min(1).max(250),
};

export const servicePackageSchema = z
  .object({
    packageId: uuid,
    resellerId: uuid,
    ...offered,
    countries: z.array(z.string()),
    /** The first months of a hub with it that cost nothing. */
    trialMonths,
    /** Users may pay for it by card themselves (AJ-38). */
    forCardPayers: z.boolean(),
  })
  .meta({ id: 'ServicePackage' });

const connectionState = z.enum(connectionStates).meta({ id: 'ConnectionState' });
/** By which the reseller knows the dealer (AJ-37). */
const dealerNumber = z.string().trim().min(1).max(40);

const listedReseller = z
  .object({
    resellerId: uuid,
    name: z.string(),
    country: z.string(),
    description: z.string(),
    contactEmail: emailSchema,
    phone: z.string().nullable(),
    timeZone: z.string(),
    packages: z.array(servicePackageSchema),
    connection: z
      .object({
        connectionId: uuid,
        state: connectionState,
        requestedAt: instant,
        dealerNumber: z.string().nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'ListedReseller' });

const listedDealer = z
  .object({
    connectionId: uuid,
    dealerId: uuid,
    name: z.string(),
    country: z.string(),
    contactEmail: emailSchema,
    state: connectionState,
    requestedAt: instant,
    dealerNumber: z.string().nullable(),
  })
  .meta({ id: 'ListedDealer' });

const common = { tag: 'companies', params: organisationParams, query: z.object({}) } as const;
const manages = { ...common, access: onOrganisation('manage-connections') } as const;
const connectionParams = organisationParams.extend({ connectionId: uuid });
const empty = { kind: 'empty', status: 204 } as const;
const dealer = '/v1/organisations/{organisationId}/dealers';

export const resellerRoutes = {
  listPackages: route({
    ...manages,
    method: 'get',
    path: '/v1/organisations/{organisationId}/packages',
    operationId: 'listPackages',
    summary: 'The packages this reseller offers',
    body: null,
    response: { kind: 'json', status: 200, schema: z.object({ items: z.array(servicePackageSchema) }) },
    errors: ['not-a-reseller'],
  }),
  createPackage: route({
    ...manages,
    method: 'post',
    path: '/v1/organisations/{organisationId}/packages',
    operationId: 'createPackage',
    summary: 'Offer a package',
    body: z.strictObject({
      ...offered,
      trialMonths: trialMonths.default(0),
      forCardPayers: z.boolean().default(false),
    }),
    response: { kind: 'json', status: 201, schema: servicePackageSchema },
    errors: ['not-a-reseller', 'country-not-served'],
  }),
  withdrawPackage: route({
    ...manages,
    method: 'delete',
    path: '/v1/organisations/{organisationId}/packages/{packageId}',
    operationId: 'withdrawPackage',
    summary: 'Offer a package no longer; services that run keep their terms',
    params: organisationParams.extend({ packageId: uuid }),
    body: null,
    response: empty,
    errors: [],
  }),
  listResellers: route({
    ...manages,
    method: 'get',
    path: '/v1/organisations/{organisationId}/resellers',
    operationId: 'listResellers',
    summary: 'Resellers that serve a country, with their details; those you asked come first (AJ-19)',
    query: z.object({ country: countrySchema }),
    body: null,
    response: { kind: 'json', status: 200, schema: z.object({ items: z.array(listedReseller) }) },
    errors: ['not-a-dealer'],
  }),
  requestReseller: route({
    ...manages,
    method: 'post',
    path: '/v1/organisations/{organisationId}/reseller-requests',
    operationId: 'requestReseller',
    summary: 'Ask a reseller for a connection, once (AJ-17)',
    body: z.strictObject({ resellerId: uuid }),
    response: { kind: 'json', status: 201, schema: z.object({ connectionId: uuid, state: connectionState }) },
    errors: ['not-a-dealer', 'reseller-asked-before', 'unknown-organisation'],
  }),
  inviteReseller: route({
    ...manages,
    method: 'post',
    path: '/v1/organisations/{organisationId}/reseller-invitations',
    operationId: 'inviteReseller',
    summary: 'Write to a reseller that is not listed; it gets one mail (AJ-19)',
    body: z.strictObject({
      email: emailSchema,
      country: countrySchema,
      language: languageSchema.default('en'),
    }),
    response: { kind: 'json', status: 202, schema: z.object({ email: emailSchema }) },
    errors: ['not-a-dealer', 'country-not-served'],
  }),
  endResellerConnection: route({
    ...manages,
    method: 'delete',
    path: '/v1/organisations/{organisationId}/reseller-connections/{connectionId}',
    operationId: 'endResellerConnection',
    summary: 'Take the request back, or close the connection; not while services over it run',
    params: connectionParams,
    body: null,
    response: empty,
    errors: ['services-active', 'request-answered'],
  }),
  listDealers: route({
    ...manages,
    method: 'get',
    path: dealer,
    operationId: 'listDealers',
    summary: 'The dealers that asked this reseller; waiting ones first (AJ-18)',
    body: null,
    response: { kind: 'json', status: 200, schema: z.object({ items: z.array(listedDealer) }) },
    errors: ['not-a-reseller'],
  }),
  approveDealer: route({
    ...manages,
    method: 'post',
    path: `${dealer}/{connectionId}/approve`,
    operationId: 'approveDealer',
    summary: 'Approve the dealer and give it a number (AJ-18, AJ-37)',
    params: connectionParams,
    body: z.strictObject({ dealerNumber }),
    response: empty,
    errors: ['request-answered'],
  }),
  numberDealer: route({
    ...manages,
    method: 'put',
    path: `${dealer}/{connectionId}`,
    operationId: 'numberDealer',
    summary: 'Give the dealer another number',
    params: connectionParams,
    body: z.strictObject({ dealerNumber }),
    response: empty,
    errors: ['request-answered'],
  }),
  rejectDealer: route({
    ...manages,
    method: 'post',
    path: `${dealer}/{connectionId}/reject`,
    operationId: 'rejectDealer',
    summary: 'Refuse the dealer; it cannot ask again (AJ-17)',
    params: connectionParams,
    body: null,
    response: empty,
    errors: ['request-answered'],
  }),
};
