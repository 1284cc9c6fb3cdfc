import type { Queryable } from './pool.js';

export interface Person {
  readonly personId: string;
  readonly name: string;
  readonly email: string;
  readonly emailVerified: boolean;
}

const columns = `id AS "personId", name, email, "emailVerified"`;

/** Accounts as other rooms may see them; the identity library alone writes them and keeps the passwords. */
export async function personByEmail(client: Queryable, email: string): Promise<Person | null> {
  const { rows } = await client.query<Person>(
    `SELECT ${columns} FROM identity."user" WHERE email = lower($1)`,
    [email],
  );
  return rows[0] ?? null;
}

/** For the account that a program made itself, on the machine it runs on: nobody has to read a mail for it. */
export async function confirmAddress(client: Queryable, email: string): Promise<void> {
  await client.query(`UPDATE identity."user" SET "emailVerified" = TRUE WHERE email = lower($1)`, [email]);
}

export async function personById(client: Queryable, personId: string): Promise<Person | null> {
  const { rows } = await client.query<Person>(`SELECT ${columns} FROM identity."user" WHERE id = $1`, [
    personId,
  ]);
  return rows[0] ?? null;
}
