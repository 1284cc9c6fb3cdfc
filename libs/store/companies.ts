import { randomUUID } from 'node:crypto';
import type { OrganisationKind } from '#libs/entitlements/role.js';
import type { EntitlementChange } from './entitlement-log.js';
import { insertMembership, type By } from './organisations.js';
import type { Queryable } from './pool.js';

/** What an enrolment form asks for (AJ-07). */
export interface EnrolmentForm {
  readonly legalName: string;
  readonly registrationNumber: string;
  readonly contactEmail: string;
  readonly phone: string | null;
}

export interface DealerEnrolment extends EnrolmentForm {
  readonly enrolledAt: Date;
}

export interface ResellerEnrolment extends EnrolmentForm {
  readonly description: string;
  /** IANA zone of the contract. */
  readonly timeZone: string;
  readonly enrolledAt: Date;
}

export interface CompanyRow {
  readonly organisationId: string;
  readonly name: string;
  readonly kind: OrganisationKind;
  /** ISO 3166-1 alpha-2; null for an organisation that is no company. */
  readonly country: string | null;
  readonly dealer: DealerEnrolment | null;
  readonly reseller: ResellerEnrolment | null;
}

const form = (table: string): string =>
  `${table}.legal_name, ${table}.registration_number, ${table}.contact_email, ${table}.phone, ${table}.enrolled_at`;

interface FormColumns {
  readonly legal_name: string;
  readonly registration_number: string;
  readonly contact_email: string;
  readonly phone: string | null;
  readonly enrolled_at: Date;
}

const formOf = (row: FormColumns): DealerEnrolment => ({
  legalName: row.legal_name,
  registrationNumber: row.registration_number,
  contactEmail: row.contact_email,
  phone: row.phone,
  enrolledAt: row.enrolled_at,
});

/** The organisation with what it enrolled for; null when there is none or it was deleted. */
export async function companyById(client: Queryable, organisationId: string): Promise<CompanyRow | null> {
  const { rows } = await client.query<Pick<CompanyRow, 'organisationId' | 'name' | 'kind' | 'country'>>(
    `SELECT id AS "organisationId", name, kind, country FROM organisations WHERE id = $1 AND deleted_at IS NULL`,
    [organisationId],
  );
  const [company] = rows;
  if (!company) return null;
  const dealers = await client.query<FormColumns>(
    `SELECT ${form('dealers')} FROM dealers WHERE organisation_id = $1`,
    [organisationId],
  );
  const resellers = await client.query<FormColumns & { description: string; time_zone: string }>(
    `SELECT ${form('resellers')}, description, time_zone FROM resellers WHERE organisation_id = $1`,
    [organisationId],
  );
  const [dealer, reseller] = [dealers.rows[0], resellers.rows[0]];
  return {
    ...company,
    dealer: dealer ? formOf(dealer) : null,
    reseller: reseller
      ? { ...formOf(reseller), description: reseller.description, timeZone: reseller.time_zone }
      : null,
  };
}

export async function kindOf(client: Queryable, organisationId: string): Promise<OrganisationKind | null> {
  const { rows } = await client.query<{ kind: OrganisationKind }>(
    'SELECT kind FROM organisations WHERE id = $1',
    [organisationId],
  );
  return rows[0]?.kind ?? null;
}

/** Registers the company with its owner (AJ-03). */
export async function insertCompany(
  change: EntitlementChange,
  company: { readonly name: string; readonly country: string },
  by: By,
): Promise<string> {
  const organisationId = randomUUID();
  await change.client.query(
    `INSERT INTO organisations (id, name, kind, country, created_at, created_by) VALUES ($1, $2, 'company', $3, $4, $5)`,
    [organisationId, company.name, company.country, by.at, by.personId],
  );
  await insertMembership(change, { organisationId, personId: by.personId, role: 'company-owner' }, by);
  return organisationId;
}

/** False: it is enrolled already, and what it wrote then stays. */
export async function insertDealer(
  client: Queryable,
  organisationId: string,
  dealer: EnrolmentForm,
  by: By,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `INSERT INTO dealers (organisation_id, legal_name, registration_number, contact_email, phone, enrolled_at, enrolled_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (organisation_id) DO NOTHING`,
    [
      organisationId,
      dealer.legalName,
      dealer.registrationNumber,
      dealer.contactEmail,
      dealer.phone,
      by.at,
      by.personId,
    ],
  );
  return rowCount === 1;
}

/** False: it is enrolled already, and what it wrote then stays. */
export async function insertReseller(
  client: Queryable,
  organisationId: string,
  reseller: EnrolmentForm & Pick<ResellerEnrolment, 'description' | 'timeZone'>,
  by: By,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `INSERT INTO resellers (organisation_id, legal_name, registration_number, contact_email, phone, description, time_zone,
       enrolled_at, enrolled_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (organisation_id) DO NOTHING`,
    [
      organisationId,
      reseller.legalName,
      reseller.registrationNumber,
      reseller.contactEmail,
      reseller.phone,
      reseller.description,
      reseller.timeZone,
      by.at,
      by.personId,
    ],
  );
  return rowCount === 1;
}

/** Locations that the organisation installed and still answers for. */
export async function countOwnLocations(client: Queryable, organisationId: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    'SELECT count(*) AS count FROM locations WHERE installed_by_organisation_id = $1',
    [organisationId],
  );
  return rows[0]?.count ?? 0;
}

/** The live grants to an organisation. */
export async function grantsTo(
  client: Queryable,
  organisationId: string,
): Promise<readonly { readonly grantId: string; readonly locationId: string | null }[]> {
  const { rows } = await client.query<{ grantId: string; locationId: string | null }>(
    'SELECT id AS "grantId", location_id AS "locationId" FROM grants WHERE grantee_organisation_id = $1 AND revoked_at IS NULL',
    [organisationId],
  );
  return rows;
}

/** Closes what nobody may enter any more: key, packages, connections, invitations. Memberships and grants end with their own log. */
export async function closeCompany(client: Queryable, organisationId: string, by: By): Promise<void> {
  const values = [organisationId, by.at, by.personId];
  await client.query(
    'UPDATE organisations SET deleted_at = $2, deleted_by = $3, key_hash = NULL WHERE id = $1',
    values,
  );
  await client.query(
    'UPDATE service_packages SET withdrawn_at = $2 WHERE reseller_id = $1 AND withdrawn_at IS NULL',
    values.slice(0, 2),
  );
  await client.query(
    `UPDATE connections SET state = CASE state WHEN 'active' THEN 'closed' ELSE 'withdrawn' END, ended_at = $2, ended_by = $3
      WHERE state IN ('requested', 'active') AND (requester_id = $1 OR counterparty_id = $1)`,
    values,
  );
  await client.query(
    `UPDATE membership_invitations SET state = 'withdrawn', ended_at = $2 WHERE organisation_id = $1 AND state = 'invited'`,
    values.slice(0, 2),
  );
}
