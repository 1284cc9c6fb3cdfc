import type { z } from 'zod';
import type { connectionSchema } from '#libs/contracts/http/connection-routes.js';
import { sideOf, type ConnectionRow } from '#libs/store/connections.js';
import type { ConnectionToNobody } from '#libs/store/connections-to-nobody.js';

export type ConnectionView = z.input<typeof connectionSchema>;

/** A connection as one of its two organisations sees it. */
export function connectionView(row: ConnectionRow, organisationId: string): ConnectionView {
  const side = sideOf(row, organisationId) === 'requester' ? 'requester' : 'counterparty';
  const known = side === 'counterparty' || row.state === 'active' || row.state === 'closed';
  const other =
    side === 'requester'
      ? { organisationId: row.counterpartyId, name: row.counterpartyName }
      : { organisationId: row.requesterId, name: row.requesterName };
  return {
    connectionId: row.connectionId,
    name: row.name,
    state: row.state,
    side,
    other: known ? other : null,
    requestedAt: row.requestedAt.toISOString(),
    answeredAt: row.answeredAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}

/** T2: field by field what a requester sees of a request that somebody got and did not answer. */
export const viewOfNobody = (row: ConnectionToNobody): ConnectionView => ({
  connectionId: row.connectionId,
  name: row.name,
  state: row.withdrawnAt ? 'withdrawn' : 'requested',
  side: 'requester',
  other: null,
  requestedAt: row.requestedAt.toISOString(),
  answeredAt: null,
  endedAt: row.withdrawnAt?.toISOString() ?? null,
});
