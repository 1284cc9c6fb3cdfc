import { z } from 'zod';
import { organisationKinds } from '#libs/entitlements/role.js';
import { emailSchema, instant, nameSchema, organisationParams, personIdSchema, uuid } from './common.js';
import { organisationRoleSchema } from './me-routes.js';
import { timeZone } from './location-routes.js';
import { onOrganisation, route } from './route.js';

const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/** ISO 3166-1 alpha-2, e.g. NO. */
export const countrySchema = z
  .string()
  .regex(/^[A-Z]{2}$/, 'two capital letters')
  .refine(
    (code) => /^[A-Z]{2}$/.test(code) && regions.of(code) !== undefined,
    'name a country of ISO 3166-1',
  );

const form = {
  legalName: nameSchema,
  registrationNumber: z.string().trim().min(1).max(40),
  contactEmail: emailSchema,
  phone: z.string().trim().min(3).max(30).nullable().default(null),
};
/** The button at the end of the form (AJ-07). */
const activate = z.literal(true);

const enrolled = { ...form, phone: z.string().nullable(), enrolledAt: instant };

export const companySchema = z
  .object({
    organisationId: uuid,
    name: nameSchema,
    kind: z.enum(organisationKinds),
    country: z.string().nullable(),
    dealer: z.object(enrolled).nullable(),
    reseller: z.object({ ...enrolled, description: z.string(), timeZone: z.string() }).nullable(),
    /** The tabs that the enrolments opened (AJ-07). */
    features: z.array(z.enum(['services', 'reseller-connections', 'packages', 'dealers'])),
  })
  .meta({ id: 'Company' });

export const employeeSchema = z
  .object({
    /** The membership, or the invitation that waits for an answer. */
    id: uuid,
    state: z.enum(['active', 'invited']),
    /** Null while invited. */
    personId: personIdSchema.nullable(),
    name: z.string().nullable(),
    email: emailSchema,
    role: organisationRoleSchema,
  })
  .meta({ id: 'Employee' });

const common = { tag: 'companies', params: organisationParams, query: z.object({}) } as const;

export const companyRoutes = {
  getCompany: route({
    ...common,
    method: 'get',
    path: '/v1/organisations/{organisationId}/company',
    operationId: 'getCompany',
    summary: 'What the company enrolled for, and the features that opened with it (AJ-07)',
    access: onOrganisation('see-organisation'),
    body: null,
    response: { kind: 'json', status: 200, schema: companySchema },
    errors: [],
  }),
  enrolDealer: route({
    ...common,
    method: 'post',
    path: '/v1/organisations/{organisationId}/dealer-enrolment',
    operationId: 'enrolDealer',
    summary: "Enrol as dealer; by the owner, in the company's context (AJ-05)",
    access: onOrganisation('enrol'),
    body: z.strictObject({ ...form, activate }),
    response: { kind: 'json', status: 200, schema: companySchema },
    errors: ['company-context-needed', 'country-not-served'],
  }),
  enrolReseller: route({
    ...common,
    method: 'post',
    path: '/v1/organisations/{organisationId}/reseller-enrolment',
    operationId: 'enrolReseller',
    summary: "Enrol as reseller; by the owner, in the company's context (AJ-16)",
    access: onOrganisation('enrol'),
    body: z.strictObject({
      ...form,
      description: z.string().trim().min(1).max(2_000),
      timeZone,
      activate,
    }),
    response: { kind: 'json', status: 200, schema: companySchema },
    errors: ['company-context-needed', 'country-not-served'],
  }),
  listEmployees: route({
    ...common,
    method: 'get',
    path: '/v1/organisations/{organisationId}/employees',
    operationId: 'listEmployees',
    summary: 'Who works here, and who was invited to and has not answered (AJ-15)',
    access: onOrganisation('see-members'),
    body: null,
    response: { kind: 'json', status: 200, schema: z.object({ items: z.array(employeeSchema) }) },
    errors: [],
  }),
  deleteCompany: route({
    ...common,
    method: 'delete',
    path: '/v1/organisations/{organisationId}',
    operationId: 'deleteCompany',
    summary: 'Delete the company; not while services run or locations are its own (AJ-34)',
    access: onOrganisation('enrol'),
    body: null,
    response: { kind: 'empty', status: 204 },
    errors: ['services-active', 'locations-remain'],
  }),
};
