import { problem } from '#libs/platform/http/problems.js';
import { companyById, type CompanyRow } from '#libs/store/companies.js';
import type { Queryable } from '#libs/store/pool.js';

/** AJ-07: what is for enrolled companies only; the others are told how to become one. */
export async function requireEnrolled(
  client: Queryable,
  organisationId: string,
  as: 'dealer' | 'reseller',
): Promise<CompanyRow> {
  const company = await companyById(client, organisationId);
  if (!company?.[as]) throw problem(`not-a-${as}`);
  return company;
}
