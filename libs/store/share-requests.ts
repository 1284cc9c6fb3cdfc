import { randomUUID } from 'node:crypto';
import type { LocationAction } from '#libs/entitlements/action.js';
import {
  stepShare,
  type ShareLevel,
  type ShareRequest,
  type ShareRole,
} from '#libs/entitlements/share-request.js';
import type { WeeklyHours } from '#libs/entitlements/weekly-hours.js';
import { tell } from './inbox.js';
import type { By } from './organisations.js';
import type { Queryable } from './pool.js';

/** What a share was confirmed with (CS-18, CS-19, CS-37), as it is kept. */
export interface ShareTerms {
  readonly role: ShareRole;
  readonly branded: boolean;
  readonly includeFuture: boolean;
  /** RFC 3339. */
  readonly expiresAt: string | null;
  readonly actions: readonly LocationAction[] | null;
  readonly hours: WeeklyHours | null;
  readonly maximumCurrent_A: number | null;
}

export interface ShareRow extends ShareRequest {
  readonly shareId: string;
  readonly connectionId: string;
  readonly requesterId: string;
  readonly requesterName: string;
  readonly grantorId: string;
  readonly grantorName: string;
  readonly level: ShareLevel;
  readonly name: string;
  readonly message: string | null;
  readonly failure: string | null;
  readonly terms: ShareTerms | null;
  readonly replacesGrantId: string | null;
  readonly requestedAt: Date;
  readonly answeredAt: Date | null;
  readonly confirmedAt: Date | null;
  readonly confirmedBy: string | null;
  readonly availableAt: Date | null;
  readonly processingBy: string | null;
  readonly processedAt: Date | null;
  readonly endedAt: Date | null;
  readonly total: number;
  readonly taken: number;
  readonly chosen: number;
}

const select = `SELECT s.id AS "shareId", s.connection_id AS "connectionId", s.requester_id AS "requesterId",
    r.name AS "requesterName", s.grantor_id AS "grantorId", g.name AS "grantorName", s.level, s.name, s.message, s.state,
    s.failed_in AS "failedIn", s.failure, s.terms, s.replaces_grant_id AS "replacesGrantId",
    s.requested_at AS "requestedAt", s.answered_at AS "answeredAt", s.confirmed_at AS "confirmedAt",
    s.confirmed_by AS "confirmedBy", s.available_at AS "availableAt", s.processing_by AS "processingBy",
    s.processed_at AS "processedAt", s.ended_at AS "endedAt", i.total, i.taken, i.chosen
  FROM share_requests s JOIN organisations r ON r.id = s.requester_id JOIN organisations g ON g.id = s.grantor_id
  CROSS JOIN LATERAL (
    SELECT count(*) AS total, count(*) FILTER (WHERE state = 'taken') AS taken,
           count(*) FILTER (WHERE state = 'chosen') AS chosen FROM share_items WHERE share_id = s.id) i`;

export async function shareById(client: Queryable, shareId: string): Promise<ShareRow | null> {
  const { rows } = await client.query<ShareRow>(`${select} WHERE s.id = $1`, [shareId]);
  return rows[0] ?? null;
}

/** Where the next page of a list begins. */
export interface SharePosition {
  readonly requestedAt: Date;
  readonly shareId: string;
}

/** Those an organisation asked for or was asked for, newest first, behind `after`. */
export async function sharesOf(
  client: Queryable,
  organisationId: string,
  connectionId: string | null,
  after: SharePosition | null,
  count: number,
): Promise<readonly ShareRow[]> {
  const { rows } = await client.query<ShareRow>(
    `${select} WHERE (s.requester_id = $1 OR s.grantor_id = $1) AND ($2::uuid IS NULL OR s.connection_id = $2)
        AND ($3::timestamptz IS NULL OR (s.requested_at, s.id) < ($3, $4::uuid))
      ORDER BY s.requested_at DESC, s.id DESC LIMIT $5`,
    [organisationId, connectionId, after?.requestedAt ?? null, after?.shareId ?? null, count],
  );
  return rows;
}

export interface NewShare {
  readonly connectionId: string;
  readonly requesterId: string;
  readonly grantorId: string;
  readonly level: ShareLevel;
  readonly name: string;
  readonly message: string | null;
  readonly replacesGrantId: string | null;
}

export async function insertShare(
  client: Queryable,
  share: ShareRequest & NewShare,
  by: By,
): Promise<string> {
  const shareId = randomUUID();
  await client.query(
    `INSERT INTO share_requests (id, connection_id, requester_id, grantor_id, level, name, message, state,
       replaces_grant_id, requested_at, requested_by, changed_at, changed_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $10, $11)`,
    [
      shareId,
      share.connectionId,
      share.requesterId,
      share.grantorId,
      share.level,
      share.name,
      share.message,
      share.state,
      share.replacesGrantId,
      by.at,
      by.personId,
    ],
  );
  return shareId;
}

/** What a state stamps beside who took the last step and when. */
const stamps: Readonly<Partial<Record<ShareRequest['state'], string>>> = {
  approved: ', answered_at = $4, answered_by = $5',
  rejected: ', answered_at = $4, answered_by = $5, ended_at = $4',
  withdrawn: ', ended_at = $4',
  preparing: ', confirmed_at = COALESCE(confirmed_at, $4), confirmed_by = COALESCE(confirmed_by, $5)',
  available: ', available_at = COALESCE(available_at, $4)',
  processing: ', processing_by = $5',
  processed: ', processed_at = $4',
  revoked: ', ended_at = $4',
};

/** Keeps the state that a step of the machine led to; the lease that was held in the last one ends. */
export async function storeShare(
  client: Queryable,
  shareId: string,
  next: ShareRequest,
  failure: string | null,
  by: By,
): Promise<void> {
  await client.query(
    `UPDATE share_requests SET state = $2, failed_in = $3, changed_at = $4, changed_by = $5, failure = $6,
            leased_until = NULL ${stamps[next.state] ?? ''} WHERE id = $1`,
    [shareId, next.state, next.failedIn, by.at, by.personId, failure],
  );
}

export async function storeTerms(client: Queryable, shareId: string, terms: ShareTerms): Promise<void> {
  await client.query('UPDATE share_requests SET terms = $2 WHERE id = $1', [shareId, JSON.stringify(terms)]);
}

/** The connection closes: what has not been shared will not be. */
export async function withdrawPendingShares(
  client: Queryable,
  connectionId: string,
  by: By,
): Promise<number> {
  const { rows } = await client.query<ShareRow>(`${select} WHERE s.connection_id = $1`, [connectionId]);
  let withdrawn = 0;
  for (const share of rows) {
    const next = stepShare(share, { type: 'connection-closed' }, 'system');
    if (!next.ok || next.value.state === share.state) continue;
    await storeShare(client, share.shareId, next.value, null, by);
    for (const organisationId of [share.requesterId, share.grantorId]) {
      const entry = { kind: 'share-withdrawn', subjectId: share.shareId, detail: { name: share.name } };
      await tell(client, organisationId, entry, by.at);
    }
    withdrawn++;
  }
  return withdrawn;
}
