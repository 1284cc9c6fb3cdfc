import { randomUUID } from 'node:crypto';
import type { LogoType } from '#libs/contracts/document.js';
import type { By } from './organisations.js';
import type { Queryable } from './pool.js';

export interface Logo {
  readonly type: LogoType;
  readonly bytes: Buffer;
}

/** What stands at the head of an organisation's documents. */
export interface Letterhead {
  readonly companyName: string;
  readonly addressLines: readonly string[];
  readonly phone: string | null;
  readonly email: string | null;
  readonly registrationNumber: string | null;
  readonly logo: Logo | null;
}

interface Row extends Omit<Letterhead, 'logo'> {
  readonly logo: Buffer | null;
  readonly logoType: Logo['type'] | null;
}

const columns = `h.company_name AS "companyName", h.address_lines AS "addressLines", h.phone, h.email,
  h.registration_number AS "registrationNumber", h.logo, h.logo_type AS "logoType"`;

const letterhead = ({ logo, logoType, ...words }: Row): Letterhead => ({
  ...words,
  logo: logo && logoType ? { type: logoType, bytes: logo } : null,
});

/** The present one; null while none was ever set. */
export async function letterheadOfOrganisation(
  client: Queryable,
  organisationId: string,
): Promise<Letterhead | null> {
  const { rows } = await client.query<Row>(
    `SELECT ${columns} FROM organisations o JOIN letterheads h ON h.id = o.letterhead_id WHERE o.id = $1`,
    [organisationId],
  );
  return rows[0] ? letterhead(rows[0]) : null;
}

/** As it was when something was made with it. */
export async function letterheadById(client: Queryable, letterheadId: string): Promise<Letterhead | null> {
  const { rows } = await client.query<Row>(`SELECT ${columns} FROM letterheads h WHERE h.id = $1`, [
    letterheadId,
  ]);
  return rows[0] ? letterhead(rows[0]) : null;
}

/** Makes it the present one; documents made before keep theirs. */
export async function setLetterhead(
  client: Queryable,
  organisationId: string,
  wanted: Letterhead,
  by: By,
): Promise<void> {
  const id = randomUUID();
  await client.query(
    `INSERT INTO letterheads (id, organisation_id, company_name, address_lines, phone, email, registration_number,
       logo, logo_type, made_at, made_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      id,
      organisationId,
      wanted.companyName,
      wanted.addressLines,
      wanted.phone,
      wanted.email,
      wanted.registrationNumber,
      wanted.logo?.bytes ?? null,
      wanted.logo?.type ?? null,
      by.at,
      by.personId,
    ],
  );
  await client.query('UPDATE organisations SET letterhead_id = $2 WHERE id = $1', [organisationId, id]);
}
