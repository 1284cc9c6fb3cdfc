import { z } from 'zod';
import { instant, locationParams, organisationParams, page, pageQuery, personIdSchema } from './common.js';
import { onLocation, onOrganisation, route } from './route.js';

export const auditEntrySchema = z
  .object({
    sequence: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
    at: instant,
    /** Null: nobody, the system itself. */
    actor: z.object({ personId: personIdSchema, name: z.string().nullable() }).nullable(),
    /** What allowed it, e.g. owner:1, membership:<id> or grant:<id>; null where nothing had to. */
    entitlement: z.string().nullable(),
    action: z.string(),
    subjectId: z.string().nullable(),
    detail: z.record(z.string(), z.unknown()),
    /** SHA-256 over this entry and the hash of the one before. */
    hash: z.string(),
  })
  .meta({ id: 'AuditEntry' });

const common = {
  method: 'get',
  tag: 'sharing',
  query: z.object(pageQuery),
  body: null,
  response: { kind: 'json', status: 200, schema: page(auditEntrySchema) },
  errors: ['invalid-cursor'],
} as const;

export const auditRoutes = {
  listLocationAudit: route({
    ...common,
    path: '/v1/locations/{locationId}/audit',
    operationId: 'listLocationAudit',
    summary: 'Who changed the sharing of the location, when and by which right; newest first',
    access: onLocation('share', 'refuse'),
    params: locationParams,
  }),
  listOrganisationAudit: route({
    ...common,
    path: '/v1/organisations/{organisationId}/audit',
    operationId: 'listOrganisationAudit',
    summary: 'Who changed the organisation, when; newest first',
    access: onOrganisation('manage-members'),
    params: organisationParams,
  }),
};
