import { randomUUID } from 'node:crypto';
import type { Connection, ConnectionKind, ConnectionState, Side } from '#libs/entitlements/connection.js';
import type { By } from './organisations.js';
import type { Queryable } from './pool.js';

export interface ConnectionRow extends Connection {
  readonly connectionId: string;
  readonly requesterId: string;
  readonly requesterName: string;
  readonly counterpartyId: string;
  readonly counterpartyName: string;
  readonly name: string;
  readonly requestedAt: Date;
  readonly answeredAt: Date | null;
  readonly endedAt: Date | null;
}

const columns = `c.id AS "connectionId", c.kind, c.state, c.requester_id AS "requesterId", r.name AS "requesterName",
  c.counterparty_id AS "counterpartyId", p.name AS "counterpartyName", c.name, c.requested_at AS "requestedAt",
  c.answered_at AS "answeredAt", c.ended_at AS "endedAt"`;
const tables = `connections c JOIN organisations r ON r.id = c.requester_id
  JOIN organisations p ON p.id = c.counterparty_id`;

/** Which side of it an organisation stands on. */
export const sideOf = (connection: ConnectionRow, organisationId: string): Side => {
  if (connection.requesterId === organisationId) return 'requester';
  return connection.counterpartyId === organisationId ? 'counterparty' : null;
};

/** Locked until the transaction ends, so that two answers do not cross. */
export async function connectionById(client: Queryable, connectionId: string): Promise<ConnectionRow | null> {
  const { rows } = await client.query<ConnectionRow>(
    `SELECT ${columns} FROM ${tables} WHERE c.id = $1 FOR UPDATE OF c`,
    [connectionId],
  );
  return rows[0] ?? null;
}

/** Those an organisation is part of, newest first. */
export async function connectionsOf(
  client: Queryable,
  organisationId: string,
  kind: ConnectionKind,
): Promise<readonly ConnectionRow[]> {
  const { rows } = await client.query<ConnectionRow>(
    `SELECT ${columns} FROM ${tables}
      WHERE c.kind = $2 AND (c.requester_id = $1 OR c.counterparty_id = $1) ORDER BY c.requested_at DESC, c.id`,
    [organisationId, kind],
  );
  return rows;
}

/** What there was between the two before; with `reseller` only what the one asked of the other. */
export async function statesBetween(
  client: Queryable,
  kind: ConnectionKind,
  requesterId: string,
  counterpartyId: string,
): Promise<readonly ConnectionState[]> {
  const { rows } = await client.query<{ state: ConnectionState }>(
    `SELECT state FROM connections
      WHERE kind = $1 AND ((requester_id = $2 AND counterparty_id = $3)
        OR ($1 = 'sharing' AND requester_id = $3 AND counterparty_id = $2))`,
    [kind, requesterId, counterpartyId],
  );
  return rows.map(({ state }) => state);
}

/** Whether the two have an active connection of this kind, whoever asked for it. */
export async function connected(
  client: Queryable,
  kind: ConnectionKind,
  one: string,
  other: string,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `SELECT 1 FROM connections
      WHERE kind = $1 AND state = 'active'
        AND ((requester_id = $2 AND counterparty_id = $3) OR (requester_id = $3 AND counterparty_id = $2))`,
    [kind, one, other],
  );
  return (rowCount ?? 0) > 0;
}

export async function insertConnection(
  client: Queryable,
  connection: Connection & {
    readonly requesterId: string;
    readonly counterpartyId: string;
    readonly name: string;
  },
  by: By,
): Promise<string> {
  const connectionId = randomUUID();
  await client.query(
    `INSERT INTO connections (id, kind, requester_id, counterparty_id, name, state, requested_at, requested_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      connectionId,
      connection.kind,
      connection.requesterId,
      connection.counterpartyId,
      connection.name,
      connection.state,
      by.at,
      by.personId,
    ],
  );
  return connectionId;
}

/** Keeps the state that a step of the machine led to, and who took it. */
export async function storeConnection(
  client: Queryable,
  connectionId: string,
  state: ConnectionState,
  by: By,
): Promise<void> {
  const answered = state === 'active' || state === 'rejected';
  const pair = answered ? 'answered_at = $3, answered_by = $4' : 'ended_at = $3, ended_by = $4';
  await client.query(`UPDATE connections SET state = $2, ${pair} WHERE id = $1`, [
    connectionId,
    state,
    by.at,
    by.personId,
  ]);
}
