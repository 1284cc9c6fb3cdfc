import { fail, ok, type Result } from '#libs/units/result.js';
import { rolesOfKind, type OrganisationKind, type OrganisationRole } from './role.js';

/**
 * Where services for alarm hubs are offered (AJ-06): the European Economic Area, Switzerland and the United Kingdom,
 * by ISO 3166-1 alpha-2. A country is added here when a carrier and a monitoring company serve it.
 */
export const servedCountries: ReadonlySet<string> = new Set(
  'AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK'.split(
    ' ',
  ),
);

/** In whose name somebody acts: a company's, or the own (AJ-02). */
export type ActingContext =
  { readonly kind: 'personal' } | { readonly kind: 'company'; readonly organisationId: string };

export const contextOf = (organisationId: string | null): ActingContext =>
  organisationId === null ? { kind: 'personal' } : { kind: 'company', organisationId };

/** AJ-02: a company is registered from the personal account. */
export const registerCompany = (
  context: ActingContext,
): Result<'company-owner', 'personal-context-needed'> =>
  context.kind === 'personal' ? ok('company-owner') : fail('personal-context-needed');

export interface EnrolmentTerms {
  readonly organisationId: string;
  readonly kind: OrganisationKind;
  /** ISO 3166-1 alpha-2; null for an organisation that named none. */
  readonly country: string | null;
  readonly role: OrganisationRole;
  readonly context: ActingContext;
}

export type EnrolmentRefusal =
  'not-the-owner' | 'company-context-needed' | 'not-a-company' | 'country-not-served';

/** AJ-05 to AJ-07: the owner enrols the company as dealer or reseller, in its own context, where services are offered. */
export function enrol(terms: EnrolmentTerms): Result<'enrolled', EnrolmentRefusal> {
  if (terms.role !== 'company-owner') return fail('not-the-owner');
  if (terms.kind !== 'company') return fail('not-a-company');
  if (terms.context.kind !== 'company' || terms.context.organisationId !== terms.organisationId) {
    return fail('company-context-needed');
  }
  if (terms.country === null || !servedCountries.has(terms.country)) return fail('country-not-served');
  return ok('enrolled');
}

/** What an organisation's screens offer (AJ-07, AJ-08): a tab appears with the enrolment. */
export type CompanyFeature = 'services' | 'reseller-connections' | 'packages' | 'dealers';
export const featuresOf = (enrolled: {
  readonly dealer: boolean;
  readonly reseller: boolean;
}): CompanyFeature[] => [
  ...(enrolled.dealer ? (['services', 'reseller-connections'] as const) : []),
  ...(enrolled.reseller ? (['packages', 'dealers'] as const) : []),
];

/** Whether somebody can be invited with this role, or be given it. Nobody becomes a company's owner (AJ-04). */
export const mayBeGiven = (kind: OrganisationKind, role: OrganisationRole): boolean =>
  role !== 'company-owner' && rolesOfKind[kind].includes(role);

export interface CompanyRemains {
  /** Active, expiring or stopping, as dealer or as reseller. */
  readonly liveServices: number;
  /** Locations that would belong to nobody. */
  readonly ownLocations: number;
}

/** AJ-34. */
export function deleteCompany(
  remains: CompanyRemains,
): Result<'deleted', 'services-active' | 'locations-remain'> {
  if (remains.liveServices > 0) return fail('services-active');
  return remains.ownLocations > 0 ? fail('locations-remain') : ok('deleted');
}
