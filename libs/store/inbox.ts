import { randomUUID } from 'node:crypto';
import type { By } from './organisations.js';
import type { Queryable } from './pool.js';

export interface InboxEntry {
  readonly entryId: string;
  readonly kind: string;
  readonly subjectId: string;
  readonly detail: Readonly<Record<string, string>>;
  readonly at: Date;
  readonly readAt: Date | null;
}

/** Tells an organisation something, in the transaction that made it true. */
export async function tell(
  client: Queryable,
  organisationId: string,
  entry: Pick<InboxEntry, 'kind' | 'subjectId' | 'detail'>,
  at: Date,
): Promise<void> {
  await client.query(
    `INSERT INTO inbox_entries (id, organisation_id, kind, subject_id, detail, at) VALUES ($1, $2, $3, $4, $5, $6)`,
    [randomUUID(), organisationId, entry.kind, entry.subjectId, JSON.stringify(entry.detail), at],
  );
}

/** Newest first, behind `after` when it is given. */
export async function inboxOf(
  client: Queryable,
  organisationId: string,
  after: { readonly at: Date; readonly entryId: string } | null,
  count: number,
): Promise<readonly InboxEntry[]> {
  const { rows } = await client.query<InboxEntry>(
    `SELECT id AS "entryId", kind, subject_id AS "subjectId", detail, at, read_at AS "readAt" FROM inbox_entries
      WHERE organisation_id = $1 AND ($2::timestamptz IS NULL OR (at, id) < ($2, $3::uuid))
      ORDER BY at DESC, id DESC LIMIT $4`,
    [organisationId, after?.at ?? null, after?.entryId ?? null, count],
  );
  return rows;
}

/** False: the organisation has no such entry. */
export async function markRead(
  client: Queryable,
  organisationId: string,
  entryId: string,
  by: By,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE inbox_entries SET read_at = COALESCE(read_at, $3), read_by = COALESCE(read_by, $4)
      WHERE organisation_id = $1 AND id = $2`,
    [organisationId, entryId, by.at, by.personId],
  );
  return rowCount === 1;
}
