import type { Queryable } from './pool.js';

/** Lets a location accept a token (OCPP 1.6 idTag); a token it knows already keeps its status. */
export async function acceptIdToken(pool: Queryable, locationId: string, token: string): Promise<void> {
  await pool.query('INSERT INTO id_tokens (location_id, token) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    locationId,
    token,
  ]);
}

/** Limits what whoever holds the token may charge with, ampere per line; null: no limit. False: the location has no such token. */
export async function limitIdToken(
  client: Queryable,
  locationId: string,
  token: string,
  maximum_A: number | null,
): Promise<boolean> {
  const { rowCount } = await client.query(
    'UPDATE id_tokens SET maximum_current_a = $3 WHERE location_id = $1 AND token = $2',
    [locationId, token, maximum_A],
  );
  return rowCount === 1;
}

/** The limited tokens of a location, ampere per line. */
export async function tokenMaximums_A(
  client: Queryable,
  locationId: string,
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await client.query<{ token: string; maximum_A: number }>(
    `SELECT token, maximum_current_a AS "maximum_A" FROM id_tokens
      WHERE location_id = $1 AND maximum_current_a IS NOT NULL`,
    [locationId],
  );
  return new Map(rows.map(({ token, maximum_A }) => [token, maximum_A]));
}
