import { z } from 'zod';
import { activitySchema, workOrderStates } from '#libs/contracts/document.js';
import { instant, nameSchema, page, pageQuery, personIdSchema, uuid } from './common.js';
import { installationParams } from './installation-routes.js';
import { onInstallation, route } from './route.js';

const longText = z.string().trim().max(4_000);
/** For whom it is made; left out: the first of your organisations that has access to the installation. */
const onBehalfOf = uuid.optional();

const madeSchema = {
  installationId: uuid,
  madeAt: instant,
  changedAt: instant,
  madeBy: z.object({ personId: personIdSchema, organisationId: uuid.nullable(), name: z.string() }),
  /** Whose name the PDF carries (CS-25). */
  letterhead: z.object({ organisationId: uuid.nullable(), name: z.string() }),
  /** Whether you may change and delete it (CS-36). */
  yours: z.boolean(),
};

const workOrderContent = {
  title: nameSchema,
  description: longText,
  state: z.enum(workOrderStates),
  doneAt: instant.nullable().meta({ description: 'Set exactly when the state is `done`' }),
  activities: z.array(activitySchema).max(100),
};
const doneWhenDone = (order: { state: string; doneAt: string | null }): boolean =>
  (order.state === 'done') === (order.doneAt !== null);
const doneMessage = { message: 'is set exactly when the state is `done`', path: ['doneAt'] };

export const workOrderSchema = z
  .object({ workOrderId: uuid, ...workOrderContent, ...madeSchema })
  .meta({ id: 'WorkOrder' });

const certificateContent = {
  title: nameSchema,
  inspection: nameSchema.meta({ description: 'What was inspected, e.g. residual current protection' }),
  findings: longText,
  validUntil: z.iso.date().nullable().meta({ description: 'The last day it is good for; null: without end' }),
};
export const certificateSchema = z
  .object({ certificateId: uuid, ...certificateContent, ...madeSchema })
  .meta({ id: 'Certificate' });

const workOrderParams = installationParams.extend({ workOrderId: uuid });
const certificateParams = installationParams.extend({ certificateId: uuid });

/**
 * Work orders and certificates of an installation: made by whoever may work there, read by whoever may read its history,
 * changed by the organisation that made them alone (CS-35, CS-36).
 */
export const documentRoutes = {
  createWorkOrder: route({
    method: 'post',
    path: '/v1/installations/{installationId}/work-orders',
    operationId: 'createWorkOrder',
    summary: 'Make a work order in the name of your organisation',
    tag: 'documents',
    access: onInstallation('work', 'refuse'),
    params: installationParams,
    query: z.object({}),
    body: z.strictObject({ ...workOrderContent, onBehalfOf }).refine(doneWhenDone, doneMessage),
    response: { kind: 'json', status: 201, schema: workOrderSchema },
    errors: ['unknown-organisation'],
  }),
  listWorkOrders: route({
    method: 'get',
    path: '/v1/installations/{installationId}/work-orders',
    operationId: 'listWorkOrders',
    summary: 'The work orders of an installation, newest first',
    tag: 'documents',
    access: onInstallation('history', 'refuse'),
    params: installationParams,
    query: z.object(pageQuery),
    body: null,
    response: { kind: 'json', status: 200, schema: page(workOrderSchema) },
    errors: ['invalid-cursor'],
  }),
  getWorkOrder: route({
    method: 'get',
    path: '/v1/installations/{installationId}/work-orders/{workOrderId}',
    operationId: 'getWorkOrder',
    summary: 'One work order',
    tag: 'documents',
    access: onInstallation('history', 'refuse'),
    params: workOrderParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: workOrderSchema },
    errors: [],
  }),
  updateWorkOrder: route({
    method: 'put',
    path: '/v1/installations/{installationId}/work-orders/{workOrderId}',
    operationId: 'updateWorkOrder',
    summary: 'Change a work order of your organisation',
    tag: 'documents',
    access: onInstallation('work', 'refuse'),
    params: workOrderParams,
    query: z.object({}),
    body: z.strictObject(workOrderContent).refine(doneWhenDone, doneMessage),
    response: { kind: 'json', status: 200, schema: workOrderSchema },
    errors: [],
  }),
  deleteWorkOrder: route({
    method: 'delete',
    path: '/v1/installations/{installationId}/work-orders/{workOrderId}',
    operationId: 'deleteWorkOrder',
    summary: 'Delete a work order of your organisation',
    tag: 'documents',
    access: onInstallation('work', 'refuse'),
    params: workOrderParams,
    query: z.object({}),
    body: null,
    response: { kind: 'empty', status: 204 },
    errors: [],
  }),
  downloadWorkOrder: route({
    method: 'get',
    path: '/v1/installations/{installationId}/work-orders/{workOrderId}/pdf',
    operationId: 'downloadWorkOrder',
    summary: 'A work order as PDF with its letterhead',
    tag: 'documents',
    access: onInstallation('history', 'refuse'),
    params: workOrderParams,
    query: z.object({}),
    body: null,
    response: { kind: 'file', status: 200, mediaType: 'application/pdf' },
    errors: [],
  }),
  createCertificate: route({
    method: 'post',
    path: '/v1/installations/{installationId}/certificates',
    operationId: 'createCertificate',
    summary: 'Make a certificate in the name of your organisation',
    tag: 'documents',
    access: onInstallation('work', 'refuse'),
    params: installationParams,
    query: z.object({}),
    body: z.strictObject({ ...certificateContent, onBehalfOf }),
    response: { kind: 'json', status: 201, schema: certificateSchema },
    errors: ['unknown-organisation'],
  }),
  listCertificates: route({
    method: 'get',
    path: '/v1/installations/{installationId}/certificates',
    operationId: 'listCertificates',
    summary: 'The certificates of an installation, newest first',
    tag: 'documents',
    access: onInstallation('history', 'refuse'),
    params: installationParams,
    query: z.object(pageQuery),
    body: null,
    response: { kind: 'json', status: 200, schema: page(certificateSchema) },
    errors: ['invalid-cursor'],
  }),
  getCertificate: route({
    method: 'get',
    path: '/v1/installations/{installationId}/certificates/{certificateId}',
    operationId: 'getCertificate',
    summary: 'One certificate',
    tag: 'documents',
    access: onInstallation('history', 'refuse'),
    params: certificateParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: certificateSchema },
    errors: [],
  }),
  updateCertificate: route({
    method: 'put',
    path: '/v1/installations/{installationId}/certificates/{certificateId}',
    operationId: 'updateCertificate',
    summary: 'Change a certificate of your organisation',
    tag: 'documents',
    access: onInstallation('work', 'refuse'),
    params: certificateParams,
    query: z.object({}),
    body: z.strictObject(certificateContent),
    response: { kind: 'json', status: 200, schema: certificateSchema },
    errors: [],
  }),
  deleteCertificate: route({
    method: 'delete',
    path: '/v1/installations/{installationId}/certificates/{certificateId}',
    operationId: 'deleteCertificate',
    summary: 'Delete a certificate of your organisation',
    tag: 'documents',
    access: onInstallation('work', 'refuse'),
    params: certificateParams,
    query: z.object({}),
    body: null,
    response: { kind: 'empty', status: 204 },
    errors: [],
  }),
  downloadCertificate: route({
    method: 'get',
    path: '/v1/installations/{installationId}/certificates/{certificateId}/pdf',
    operationId: 'downloadCertificate',
    summary: 'A certificate as PDF with its letterhead',
    tag: 'documents',
    access: onInstallation('history', 'refuse'),
    params: certificateParams,
    query: z.object({}),
    body: null,
    response: { kind: 'file', status: 200, mediaType: 'application/pdf' },
    errors: [],
  }),
};
