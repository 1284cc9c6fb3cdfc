import { randomUUID } from 'node:crypto';
import type { By } from './organisations.js';
import type { Queryable } from './pool.js';

/** A request by a key that no organisation has; its requester cannot tell it from one that waits (T2). */
export interface ConnectionToNobody {
  readonly connectionId: string;
  readonly name: string;
  readonly requestedAt: Date;
  readonly withdrawnAt: Date | null;
}

const columns = `id AS "connectionId", name, requested_at AS "requestedAt", withdrawn_at AS "withdrawnAt"`;

/** Asking again by the same key answers the request that waits. */
export async function requestNobody(
  client: Queryable,
  request: { readonly requesterId: string; readonly keyHash: Buffer; readonly name: string },
  by: By,
): Promise<string> {
  await client.query(
    `INSERT INTO connections_to_nobody (id, requester_id, key_hash, name, requested_at, requested_by)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (requester_id, key_hash) WHERE withdrawn_at IS NULL DO NOTHING`,
    [randomUUID(), request.requesterId, request.keyHash, request.name, by.at, by.personId],
  );
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM connections_to_nobody WHERE requester_id = $1 AND key_hash = $2 AND withdrawn_at IS NULL`,
    [request.requesterId, request.keyHash],
  );
  if (!rows[0]) throw new Error('the request just made is not there');
  return rows[0].id;
}

export async function requestsToNobody(
  client: Queryable,
  requesterId: string,
): Promise<readonly ConnectionToNobody[]> {
  const { rows } = await client.query<ConnectionToNobody>(
    `SELECT ${columns} FROM connections_to_nobody WHERE requester_id = $1`,
    [requesterId],
  );
  return rows;
}

/** False: there is none such that waits. */
export async function withdrawFromNobody(
  client: Queryable,
  requesterId: string,
  connectionId: string,
  by: By,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE connections_to_nobody SET withdrawn_at = $3
      WHERE requester_id = $1 AND id = $2 AND withdrawn_at IS NULL`,
    [requesterId, connectionId, by.at],
  );
  return rowCount === 1;
}
