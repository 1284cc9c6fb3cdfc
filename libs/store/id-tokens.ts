import type { Queryable } from './pool.js';

/** Lets a location accept a token (OCPP 1.6 idTag); a token it knows already keeps its status. */
export async function acceptIdToken(pool: Queryable, locationId: string, token: string): Promise<void> {
  await pool.query('INSERT INTO id_tokens (location_id, token) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    locationId,
    token,
  ]);
}
