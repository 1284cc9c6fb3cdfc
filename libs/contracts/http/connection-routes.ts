import { z } from 'zod';
import { connectionStates } from '#libs/entitlements/connection.js';
import { instant, nameSchema, organisationParams, uuid } from './common.js';
import { onOrganisation, route } from './route.js';

/** A connection as one of the two sees it (5B). */
export const connectionSchema = z
  .object({
    connectionId: uuid,
    /** What the requester calls it. */
    name: nameSchema,
    state: z.enum(connectionStates),
    /** Which side you are. */
    side: z.enum(['requester', 'counterparty']),
    /** The other one; null to a requester whose request was not approved: a key tells nobody whose it is (NB-07). */
    other: z.object({ organisationId: uuid, name: z.string() }).nullable(),
    requestedAt: instant,
    answeredAt: instant.nullable(),
    endedAt: instant.nullable(),
  })
  .meta({ id: 'Connection' });

const common = {
  tag: 'shares',
  access: onOrganisation('manage-connections'),
  query: z.object({}),
} as const;
const connectionParams = organisationParams.extend({ connectionId: uuid });
const root = '/v1/organisations/{organisationId}/connections';
const answer = { kind: 'json', status: 200, schema: connectionSchema } as const;

export const connectionRoutes = {
  requestConnection: route({
    ...common,
    method: 'post',
    path: root,
    operationId: 'requestConnection',
    summary: 'Ask another organisation, by its key, for a connection; the answer tells nothing about the key',
    params: organisationParams,
    body: z.strictObject({ key: z.string().min(1).max(64), name: nameSchema }),
    response: { kind: 'json', status: 202, schema: connectionSchema },
    errors: ['own-organisation', 'already-connected', 'too-many-requests'],
  }),
  listConnections: route({
    ...common,
    method: 'get',
    path: root,
    operationId: 'listConnections',
    summary: 'The connections of the organisation, newest first',
    params: organisationParams,
    body: null,
    response: { kind: 'json', status: 200, schema: z.object({ items: z.array(connectionSchema) }) },
    errors: [],
  }),
  approveConnection: route({
    ...common,
    method: 'post',
    path: `${root}/{connectionId}/approve`,
    operationId: 'approveConnection',
    summary: 'Approve a connection that another organisation asked for',
    params: connectionParams,
    body: null,
    response: answer,
    errors: ['connection-over'],
  }),
  rejectConnection: route({
    ...common,
    method: 'post',
    path: `${root}/{connectionId}/reject`,
    operationId: 'rejectConnection',
    summary: 'Reject a connection that another organisation asked for',
    params: connectionParams,
    body: null,
    response: answer,
    errors: ['connection-over'],
  }),
  withdrawConnection: route({
    ...common,
    method: 'post',
    path: `${root}/{connectionId}/withdraw`,
    operationId: 'withdrawConnection',
    summary: 'Take a request for a connection back',
    params: connectionParams,
    body: null,
    response: answer,
    errors: ['connection-over'],
  }),
  closeConnection: route({
    ...common,
    method: 'post',
    path: `${root}/{connectionId}/close`,
    operationId: 'closeConnection',
    summary: 'Close a connection: what is not shared yet will not be; what is shared follows its own rule',
    params: connectionParams,
    body: null,
    response: answer,
    errors: ['connection-over'],
  }),
};
