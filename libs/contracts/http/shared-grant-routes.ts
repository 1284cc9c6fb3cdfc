import { z } from 'zod';
import { instant, organisationParams, page, pageQuery, uuid } from './common.js';
import { onOrganisation, route } from './route.js';
import { shareLevelSchema, shareRoleSchema, shareSchema } from './share-schemas.js';

const party = z.object({ organisationId: uuid, name: z.string() });

/** An access between organisations, seen by who gave it, by who is further up the chain, or by who has it (5D). */
export const sharedGrantSchema = z
  .object({
    grantId: uuid,
    share: z.object({ shareId: uuid, name: z.string() }).nullable(),
    object: z.object({ kind: shareLevelSchema, id: uuid, name: z.string() }),
    role: shareRoleSchema,
    grantor: party,
    grantee: party,
    parentGrantId: uuid.nullable(),
    branded: z.boolean(),
    includeFuture: z.boolean(),
    grantedAt: instant,
    expiresAt: instant.nullable(),
    /** CS-21: the last instant at which it can be taken back; null: at any time. */
    revocableUntil: instant.nullable(),
    /** Whether you may take it back now. */
    revocable: z.boolean(),
  })
  .meta({ id: 'SharedGrant' });

/** One line of an organisation's installations: its own, or shared with it and placed in its tree. */
export const organisationInstallationSchema = z
  .object({
    installationId: uuid,
    name: z.string(),
    description: z.string().nullable(),
    building: z.string().nullable(),
    deviceNames: z.array(z.string()),
    origin: z.enum(['own', 'shared']),
    /** Your own location at which it stands or was placed. */
    location: z.object({ locationId: uuid, name: z.string() }),
    grantId: uuid.nullable(),
    role: shareRoleSchema.nullable(),
    sharedBy: z.string().nullable(),
    /** CS-34: the access ended then; the line shows what was known. */
    archivedAt: instant.nullable(),
    /** CS-34: the documents there were when it ended; null while it lives (read them at the installation), and for who reads none. */
    documents: z
      .array(
        z.object({
          documentId: uuid,
          kind: z.enum(['work-order', 'certificate']),
          title: z.string(),
          madeAt: instant,
          madeBy: z.string(),
        }),
      )
      .nullable(),
  })
  .meta({ id: 'OrganisationInstallation' });

const grantParams = organisationParams.extend({ grantId: uuid });
const root = '/v1/organisations/{organisationId}/grants';
const common = {
  tag: 'shares',
  access: onOrganisation('evaluate-shares'),
  params: grantParams,
  query: z.object({}),
  body: null,
} as const;

export const sharedGrantRoutes = {
  listSharedGrants: route({
    ...common,
    method: 'get',
    path: root,
    operationId: 'listSharedGrants',
    summary:
      'The accesses the organisation gave, those passed on from them, and those it holds; oldest first',
    params: organisationParams,
    query: z.object(pageQuery),
    response: { kind: 'json', status: 200, schema: page(sharedGrantSchema) },
    errors: ['invalid-cursor'],
  }),
  revokeSharedGrant: route({
    ...common,
    method: 'delete',
    path: `${root}/{grantId}`,
    operationId: 'revokeSharedGrant',
    summary: 'Take an access back, with everything passed on from it (5D)',
    response: { kind: 'empty', status: 204 },
    errors: ['grant-locked'],
  }),
  changeSharedRole: route({
    ...common,
    method: 'patch',
    path: `${root}/{grantId}`,
    operationId: 'changeSharedRole',
    summary: 'Refused always: a role is not edited, an access is replaced (CS-30)',
    body: z.strictObject({ role: shareRoleSchema }),
    response: { kind: 'empty', status: 204 },
    errors: ['role-not-editable'],
  }),
  replaceSharedGrant: route({
    ...common,
    method: 'post',
    path: `${root}/{grantId}/replace`,
    operationId: 'replaceSharedGrant',
    summary: 'Take an access back and open a new request for the same object, in one step (CS-31)',
    response: { kind: 'json', status: 200, schema: shareSchema },
    errors: ['grant-locked', 'not-connected'],
  }),
  listOrganisationInstallations: route({
    ...common,
    method: 'get',
    path: '/v1/organisations/{organisationId}/installations',
    operationId: 'listOrganisationInstallations',
    summary:
      'The installations of the organisation by name: its own, and those shared with it (CS-32, CS-42)',
    access: onOrganisation('see-organisation'),
    params: organisationParams,
    query: z.object(pageQuery),
    response: { kind: 'json', status: 200, schema: page(organisationInstallationSchema) },
    errors: ['invalid-cursor'],
  }),
};
