import type { Queryable } from './pool.js';

/** OCPP 2.0.1 IdTokenEnumType, of the tokens that a location can list. */
export const idTokenTypes = [
  'Central',
  'eMAID',
  'ISO14443',
  'ISO15693',
  'KeyCode',
  'Local',
  'MacAddress',
] as const;
export type IdTokenType = (typeof idTokenTypes)[number];

/** A token (RFID card and the like) a location knows. */
export interface IdToken {
  readonly token: string;
  readonly status: 'Accepted' | 'Blocked';
  readonly type: IdTokenType;
  readonly label: string | null;
  /** Tokens of one group stop each other's transactions. */
  readonly groupToken: string | null;
  readonly expiresAt: Date | null;
  /** It never charges at two chargers of the location at once. */
  readonly oneAtATime: boolean;
  readonly maximumCurrent_A: number | null;
}

const columns = `token, status, type, label, group_token AS "groupToken", expires_at AS "expiresAt",
                 one_at_a_time AS "oneAtATime", maximum_current_a AS "maximumCurrent_A"`;

export async function idTokensOf(client: Queryable, locationId: string): Promise<readonly IdToken[]> {
  const { rows } = await client.query<IdToken>(
    `SELECT ${columns} FROM id_tokens WHERE location_id = $1 ORDER BY token`,
    [locationId],
  );
  return rows;
}

/** Adds the token or changes what the location says of it; its maximum current stays. */
export async function putIdToken(
  client: Queryable,
  locationId: string,
  token: Omit<IdToken, 'maximumCurrent_A'>,
): Promise<void> {
  await client.query(
    `INSERT INTO id_tokens (location_id, token, status, type, label, group_token, expires_at, one_at_a_time)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (location_id, token) DO UPDATE
       SET status = $3, type = $4, label = $5, group_token = $6, expires_at = $7, one_at_a_time = $8`,
    [
      locationId,
      token.token,
      token.status,
      token.type,
      token.label,
      token.groupToken,
      token.expiresAt,
      token.oneAtATime,
    ],
  );
}

/** False: the location had no such token. */
export async function removeIdToken(client: Queryable, locationId: string, token: string): Promise<boolean> {
  const { rowCount } = await client.query('DELETE FROM id_tokens WHERE location_id = $1 AND token = $2', [
    locationId,
    token,
  ]);
  return rowCount === 1;
}

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
