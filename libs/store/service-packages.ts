import { randomUUID } from 'node:crypto';
import type { By } from './organisations.js';
import type { Queryable } from './pool.js';

export interface NewPackage {
  readonly name: string;
  /** In the smallest unit of the currency. */
  readonly monthlyPrice_minor: number;
  /** ISO 4217. */
  readonly currency: string;
  readonly withSim: boolean;
  /** ISO 3166-1 alpha-2. */
  readonly countries: readonly string[];
  readonly trialMonths: number;
  readonly forCardPayers: boolean;
}

export interface ServicePackage extends NewPackage {
  readonly packageId: string;
  readonly resellerId: string;
}

const columns = `id AS "packageId", reseller_id AS "resellerId", name, monthly_price_minor AS "monthlyPrice_minor", currency,
  with_sim AS "withSim", countries, trial_months AS "trialMonths", for_card_payers AS "forCardPayers"`;

/** What these resellers offer now; in `country` when one is named. */
export async function packagesOf(
  client: Queryable,
  resellerIds: readonly string[],
  country: string | null,
): Promise<readonly ServicePackage[]> {
  const { rows } = await client.query<ServicePackage>(
    `SELECT ${columns} FROM service_packages
      WHERE reseller_id = ANY($1) AND withdrawn_at IS NULL AND ($2::text IS NULL OR $2 = ANY(countries))
      ORDER BY name, id`,
    [resellerIds, country],
  );
  return rows;
}

/** AJ-38: what users may pay for by card in a country. */
export async function packagesForCards(
  client: Queryable,
  country: string,
): Promise<readonly ServicePackage[]> {
  const { rows } = await client.query<ServicePackage>(
    `SELECT ${columns} FROM service_packages
      WHERE for_card_payers AND withdrawn_at IS NULL AND $1 = ANY(countries) ORDER BY name, id`,
    [country],
  );
  return rows;
}

export async function packageById(client: Queryable, packageId: string): Promise<ServicePackage | null> {
  const { rows } = await client.query<ServicePackage>(
    `SELECT ${columns} FROM service_packages WHERE id = $1 AND withdrawn_at IS NULL`,
    [packageId],
  );
  return rows[0] ?? null;
}

export async function insertPackage(
  client: Queryable,
  resellerId: string,
  offered: NewPackage,
  by: By,
): Promise<ServicePackage> {
  const packageId = randomUUID();
  await client.query(
    `INSERT INTO service_packages (id, reseller_id, name, monthly_price_minor, currency, with_sim, countries, trial_months,
       for_card_payers, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      packageId,
      resellerId,
      offered.name,
      offered.monthlyPrice_minor,
      offered.currency,
      offered.withSim,
      offered.countries,
      offered.trialMonths,
      offered.forCardPayers,
      by.at,
      by.personId,
    ],
  );
  return { ...offered, packageId, resellerId };
}

/** No new service begins with it; those that run keep their terms. False: the reseller offers no such package. */
export async function withdrawPackage(
  client: Queryable,
  resellerId: string,
  packageId: string,
  by: By,
): Promise<boolean> {
  const { rowCount } = await client.query(
    'UPDATE service_packages SET withdrawn_at = $3 WHERE id = $2 AND reseller_id = $1 AND withdrawn_at IS NULL',
    [resellerId, packageId, by.at],
  );
  return rowCount === 1;
}
