import { inTransaction, type Pool } from './pool.js';

export interface Allowance {
  readonly times: number;
  readonly within_ms: number;
}

/**
 * T1: counts a try, e.g. of a code, before it is judged, so that tries side by side cannot slip through. False: these subjects (an
 * account, an address) have used their allowance up.
 */
export const tryGuess = (
  pool: Pool,
  subjects: readonly string[],
  allowance: Allowance,
  now: Date,
): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    const since = new Date(now.getTime() - allowance.within_ms);
    // In one order, so that two requests with the same subjects never wait for each other.
    for (const subject of subjects.toSorted()) {
      await client.query('SELECT pg_advisory_xact_lock(7238002, hashtext($1))', [subject]);
    }
    await client.query('DELETE FROM guesses WHERE subject = ANY($1) AND at <= $2', [subjects, since]);
    const { rows } = await client.query<{ most: number }>(
      `SELECT COALESCE(max(count), 0) AS most
         FROM (SELECT count(*) AS count FROM guesses WHERE subject = ANY($1) GROUP BY subject) AS each`,
      [subjects],
    );
    if ((rows[0]?.most ?? 0) >= allowance.times) return false;
    await client.query('INSERT INTO guesses (subject, at) SELECT unnest($1::text[]), $2', [subjects, now]);
    return true;
  });

/** It was right: it does not count. */
export async function forgetGuess(pool: Pool, subjects: readonly string[], at: Date): Promise<void> {
  await pool.query(
    `DELETE FROM guesses WHERE ctid = ANY(ARRAY(
       SELECT DISTINCT ON (subject) ctid FROM guesses WHERE subject = ANY($1) AND at = $2))`,
    [subjects, at],
  );
}
