import { z } from 'zod';
import { nameSchema, organisationParams, page, pageQuery, uuid } from './common.js';
import { onOrganisation, route } from './route.js';
import {
  shareCandidateSchema,
  shareLevelSchema,
  shareObjectRefSchema,
  sharePreviewSchema,
  shareSchema,
  shareTermsSchema,
} from './share-schemas.js';

const common = {
  tag: 'shares',
  access: onOrganisation('evaluate-shares'),
  query: z.object({}),
} as const;
export const shareParams = organisationParams.extend({ shareId: uuid });
const root = '/v1/organisations/{organisationId}/shares';
const answer = { kind: 'json', status: 200, schema: shareSchema } as const;
const selection = shareTermsSchema.extend({ objects: z.array(shareObjectRefSchema).min(1).max(1_000) });
const selectionErrors = [
  'share-over',
  'share-not-ready',
  'not-connected',
  'wider-than-requested',
  'not-yours-to-share',
  'no-branding',
] as const;

/** Shares over a connection: asked for, evaluated, confirmed, taken back (5C). */
export const shareRoutes = {
  requestShare: route({
    ...common,
    method: 'post',
    path: '/v1/organisations/{organisationId}/connections/{connectionId}/shares',
    operationId: 'requestShare',
    summary: 'Ask the other side of a connection for a share (CS-04)',
    params: organisationParams.extend({ connectionId: uuid }),
    body: z.strictObject({
      level: shareLevelSchema,
      name: nameSchema,
      message: z.string().trim().min(1).max(2_000).nullable().default(null),
    }),
    response: { kind: 'json', status: 201, schema: shareSchema },
    errors: ['not-connected'],
  }),
  listShares: route({
    ...common,
    method: 'get',
    path: root,
    operationId: 'listShares',
    summary: 'Shares the organisation asked for or was asked for, newest first',
    params: organisationParams,
    query: z.object({ ...pageQuery, connectionId: uuid.optional() }),
    body: null,
    response: { kind: 'json', status: 200, schema: page(shareSchema) },
    errors: ['invalid-cursor'],
  }),
  getShare: route({
    ...common,
    method: 'get',
    path: `${root}/{shareId}`,
    operationId: 'getShare',
    summary: 'One share, with its progress',
    params: shareParams,
    body: null,
    response: answer,
    errors: [],
  }),
  withdrawShare: route({
    ...common,
    method: 'post',
    path: `${root}/{shareId}/withdraw`,
    operationId: 'withdrawShare',
    summary: 'Take a request for a share back',
    params: shareParams,
    body: null,
    response: answer,
    errors: ['share-over'],
  }),
  approveShare: route({
    ...common,
    method: 'post',
    path: `${root}/{shareId}/approve`,
    operationId: 'approveShare',
    summary: 'Agree to a request; nothing is shared before the confirmation (CS-11, CS-16)',
    params: shareParams,
    body: null,
    response: answer,
    errors: ['share-over', 'not-connected'],
  }),
  rejectShare: route({
    ...common,
    method: 'post',
    path: `${root}/{shareId}/reject`,
    operationId: 'rejectShare',
    summary: 'Refuse a request, finally (CS-14)',
    params: shareParams,
    body: null,
    response: answer,
    errors: ['share-over'],
  }),
  listShareCandidates: route({
    ...common,
    method: 'get',
    path: `${root}/{shareId}/candidates`,
    operationId: 'listShareCandidates',
    summary:
      'What can be selected for it at a level, by name: your own and what you may pass on (CS-15, CS-17)',
    params: shareParams,
    query: z.object({
      ...pageQuery,
      kind: shareLevelSchema,
      customerId: uuid.optional(),
      locationId: uuid.optional(),
      search: z.string().max(120).optional(),
    }),
    body: null,
    response: { kind: 'json', status: 200, schema: page(shareCandidateSchema) },
    errors: ['invalid-cursor', 'wider-than-requested'],
  }),
  previewShare: route({
    ...common,
    method: 'post',
    path: `${root}/{shareId}/preview`,
    operationId: 'previewShare',
    summary: 'What a confirmation of this selection would share, exactly; shares nothing (CS-16)',
    params: shareParams,
    body: selection,
    response: { kind: 'json', status: 200, schema: sharePreviewSchema },
    errors: [...selectionErrors],
  }),
  confirmShare: route({
    ...common,
    method: 'post',
    path: `${root}/{shareId}/confirm`,
    operationId: 'confirmShare',
    summary: 'Share the selection; said twice it is done once (CS-18, CS-32)',
    params: shareParams,
    body: selection,
    response: answer,
    errors: [...selectionErrors],
  }),
  revokeShare: route({
    ...common,
    method: 'post',
    path: `${root}/{shareId}/revoke`,
    operationId: 'revokeShare',
    summary: 'Take a whole share back, as far as it still can be (CS-33)',
    params: shareParams,
    body: null,
    response: answer,
    errors: ['share-over', 'grant-locked'],
  }),
};
