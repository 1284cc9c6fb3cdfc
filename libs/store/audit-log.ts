import { createHash } from 'node:crypto';
import type { Queryable } from './pool.js';

export interface AuditEntry {
  readonly action: string;
  readonly entitlement: string | null;
  readonly locationId: string | null;
  readonly organisationId: string | null;
  readonly subjectId: string | null;
  /** Never a secret: it is shown to everyone who may see the sharing. */
  readonly detail: Readonly<Record<string, unknown>>;
}

interface StoredEntry {
  readonly sequence: number;
  readonly at: Date;
  readonly actorPersonId: string | null;
  readonly entitlement: string | null;
  readonly action: string;
  readonly locationId: string | null;
  readonly organisationId: string | null;
  readonly subjectId: string | null;
  /** JSON, byte for byte as it was hashed. */
  readonly detail: string;
}

const first = Buffer.alloc(32);

const hashOf = (entry: StoredEntry, previous: Buffer): Buffer =>
  createHash('sha256')
    .update(previous)
    .update(
      JSON.stringify([
        entry.sequence,
        entry.at.toISOString(),
        entry.actorPersonId,
        entry.entitlement,
        entry.action,
        entry.locationId,
        entry.organisationId,
        entry.subjectId,
        entry.detail,
      ]),
    )
    .digest();

/** Appends to the chain. The caller holds the lock that orders all changes of entitlements. */
export async function appendAudit(
  client: Queryable,
  entry: AuditEntry,
  by: { readonly actorPersonId: string | null; readonly at: Date },
): Promise<void> {
  const { rows } = await client.query<{ sequence: number; hash: Buffer }>(
    'SELECT sequence, hash FROM audit_log ORDER BY sequence DESC LIMIT 1',
  );
  const previous = rows[0]?.hash ?? first;
  const stored: StoredEntry = {
    ...entry,
    ...by,
    sequence: (rows[0]?.sequence ?? 0) + 1,
    detail: JSON.stringify(entry.detail),
  };
  await client.query(
    `INSERT INTO audit_log (sequence, at, actor_person_id, entitlement, action, location_id, organisation_id, subject_id,
       detail, previous_hash, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      stored.sequence,
      stored.at,
      stored.actorPersonId,
      stored.entitlement,
      stored.action,
      stored.locationId,
      stored.organisationId,
      stored.subjectId,
      stored.detail,
      previous,
      hashOf(stored, previous),
    ],
  );
}

export interface AuditRow extends StoredEntry {
  readonly actorName: string | null;
  readonly previousHash: Buffer;
  readonly hash: Buffer;
}

const columns = `a.sequence, a.at, a.actor_person_id AS "actorPersonId", u.name AS "actorName", a.entitlement, a.action,
  a.location_id AS "locationId", a.organisation_id AS "organisationId", a.subject_id AS "subjectId", a.detail,
  a.previous_hash AS "previousHash", a.hash`;
const source = `FROM audit_log a LEFT JOIN identity."user" u ON u.id = a.actor_person_id`;

/** Entries about a location or an organisation, newest first, behind `before`. */
export async function auditPage(
  client: Queryable,
  about: { readonly locationId: string } | { readonly organisationId: string },
  before: number | null,
  count: number,
): Promise<readonly AuditRow[]> {
  const [column, id] =
    'locationId' in about ? ['location_id', about.locationId] : ['organisation_id', about.organisationId];
  const { rows } = await client.query<AuditRow>(
    `SELECT ${columns} ${source} WHERE a.${column} = $1 AND ($2::bigint IS NULL OR a.sequence < $2)
      ORDER BY a.sequence DESC LIMIT $3`,
    [id, before, count],
  );
  return rows;
}

/** Number of the first entry that is not what was written, or null when the chain is whole. */
export async function firstBrokenEntry(client: Queryable): Promise<number | null> {
  let previous: Buffer = first;
  let sequence = 0;
  for (;;) {
    const { rows } = await client.query<AuditRow>(
      `SELECT ${columns} ${source} WHERE a.sequence > $1 ORDER BY a.sequence LIMIT 1000`,
      [sequence],
    );
    if (rows.length === 0) return null;
    for (const row of rows) {
      sequence++;
      const whole =
        row.sequence === sequence &&
        row.previousHash.equals(previous) &&
        row.hash.equals(hashOf(row, previous));
      if (!whole) return sequence;
      previous = row.hash;
    }
  }
}
