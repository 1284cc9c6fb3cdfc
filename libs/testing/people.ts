import { randomUUID } from 'node:crypto';
import type { Pool } from '#libs/store/pool.js';

/** An account without a password, for tests below the HTTP surface. */
export async function insertPerson(pool: Pool, name: string): Promise<string> {
  const personId = randomUUID();
  await pool.query(`INSERT INTO identity."user" (id, name, email) VALUES ($1, $2, $3)`, [
    personId,
    name,
    `${name.toLowerCase()}-${personId}@example.test`,
  ]);
  return personId;
}
