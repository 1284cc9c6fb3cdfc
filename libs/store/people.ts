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

export async function personById(client: Queryable, personId: string): Promise<Person | null> {
  const { rows } = await client.query<Person>(`SELECT ${columns} FROM identity."user" WHERE id = $1`, [
    personId,
  ]);
  return rows[0] ?? null;
}
