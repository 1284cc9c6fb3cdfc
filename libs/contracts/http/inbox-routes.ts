import { z } from 'zod';
import { instant, organisationParams, page, pageQuery, uuid } from './common.js';
import { onOrganisation, route } from './route.js';

/** Something an organisation was told (CS-10, CS-38). */
export const inboxEntrySchema = z
  .object({
    entryId: uuid,
    /** What happened, e.g. `share-requested`. */
    kind: z.string(),
    /** The connection, share or service it is about. */
    subjectId: uuid,
    /** What a reader wants to know without opening it: names. */
    detail: z.record(z.string(), z.string()),
    at: instant,
    readAt: instant.nullable(),
  })
  .meta({ id: 'InboxEntry' });

export const inboxRoutes = {
  listInbox: route({
    method: 'get',
    path: '/v1/organisations/{organisationId}/inbox',
    operationId: 'listInbox',
    summary: 'What the organisation was told, newest first; for its administrators (CS-10, CS-38)',
    tag: 'shares',
    access: onOrganisation('manage-connections'),
    params: organisationParams,
    query: z.object(pageQuery),
    body: null,
    response: { kind: 'json', status: 200, schema: page(inboxEntrySchema) },
    errors: ['invalid-cursor'],
  }),
  readInboxEntry: route({
    method: 'post',
    path: '/v1/organisations/{organisationId}/inbox/{entryId}/read',
    operationId: 'readInboxEntry',
    summary: 'Mark an entry as read',
    tag: 'shares',
    access: onOrganisation('manage-connections'),
    params: organisationParams.extend({ entryId: uuid }),
    query: z.object({}),
    body: null,
    response: { kind: 'empty', status: 204 },
    errors: [],
  }),
};
