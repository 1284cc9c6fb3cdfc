import { z } from 'zod';
import { activitySchema, documentKinds, workOrderStates } from '#libs/contracts/document.js';
import { instant, page, pageQuery, uuid } from './common.js';
import { installationParams } from './installation-routes.js';
import { inPortal, onPortalInstallation, open, route } from './route.js';

const secret = z.string().trim().min(1).max(60);

export const portalVisitSchema = z
  .object({
    level: z.enum(['customer', 'location', 'installation']),
    name: z.string().meta({ description: 'Of the customer or the location' }),
    supplier: z.string().nullable(),
  })
  .meta({ id: 'PortalVisit' });

export const portalLocationSchema = z
  .object({
    locationId: uuid,
    name: z.string(),
    address: z.string().nullable(),
    installations: z.array(
      z.object({
        installationId: uuid,
        name: z.string(),
        description: z.string().nullable(),
        building: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'PortalLocation' });

/** A line of the logbook. It names the company on its letterhead and no person. */
export const logbookEntrySchema = z
  .object({
    documentId: uuid,
    kind: z.enum(documentKinds),
    title: z.string(),
    text: z.string(),
    madeAt: instant,
    by: z.string(),
    workOrder: z
      .object({
        state: z.enum(workOrderStates),
        doneAt: instant.nullable(),
        activities: z.array(activitySchema),
      })
      .nullable(),
    certificate: z.object({ inspection: z.string(), validUntil: z.iso.date().nullable() }).nullable(),
  })
  .meta({ id: 'LogbookEntry' });

/** The portal of a supplier's customers: signed in to by a code, read-only (CP-05, CP-17). */
export const customerPortalRoutes = {
  enterCustomerPortal: route({
    method: 'post',
    path: '/v1/customer-portal/sign-in',
    operationId: 'enterCustomerPortal',
    summary: 'Sign in by an authorisation code, with an installation’s token where the code asks for one',
    tag: 'customer portal',
    access: open,
    params: z.object({}),
    query: z.object({}),
    body: z.strictObject({ code: secret, token: secret.nullable().default(null) }),
    response: {
      kind: 'secret',
      status: 200,
      schema: z.object({
        token: z.string().meta({ description: 'Bearer of this session; a browser has it as a cookie' }),
        expiresAt: instant,
      }),
    },
    errors: ['unknown-code'],
  }),
  leaveCustomerPortal: route({
    method: 'post',
    path: '/v1/customer-portal/sign-out',
    operationId: 'leaveCustomerPortal',
    summary: 'End this session',
    tag: 'customer portal',
    access: inPortal,
    params: z.object({}),
    query: z.object({}),
    body: null,
    response: { kind: 'empty', status: 204 },
    errors: [],
  }),
  getPortalVisit: route({
    method: 'get',
    path: '/v1/customer-portal',
    operationId: 'getPortalVisit',
    summary: 'What this session opens',
    tag: 'customer portal',
    access: inPortal,
    params: z.object({}),
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: portalVisitSchema },
    errors: [],
  }),
  listPortalLocations: route({
    method: 'get',
    path: '/v1/customer-portal/locations',
    operationId: 'listPortalLocations',
    summary: 'The locations it opens with their installations, by name (CP-03, CP-06)',
    tag: 'customer portal',
    access: inPortal,
    params: z.object({}),
    query: z.object(pageQuery),
    body: null,
    response: { kind: 'json', status: 200, schema: page(portalLocationSchema) },
    errors: ['invalid-cursor'],
  }),
  listLogbook: route({
    method: 'get',
    path: '/v1/customer-portal/installations/{installationId}/logbook',
    operationId: 'listLogbook',
    summary: 'Work orders and certificates of an installation, newest first',
    tag: 'customer portal',
    access: onPortalInstallation,
    params: installationParams,
    query: z.object(pageQuery),
    body: null,
    response: { kind: 'json', status: 200, schema: page(logbookEntrySchema) },
    errors: ['invalid-cursor'],
  }),
  downloadLogbookEntry: route({
    method: 'get',
    path: '/v1/customer-portal/installations/{installationId}/logbook/{documentId}/pdf',
    operationId: 'downloadLogbookEntry',
    summary: 'A work order or certificate as PDF',
    tag: 'customer portal',
    access: onPortalInstallation,
    params: installationParams.extend({ documentId: uuid }),
    query: z.object({}),
    body: null,
    response: { kind: 'file', status: 200, mediaType: 'application/pdf' },
    errors: [],
  }),
};
