import type pg from 'pg';
import { inTransaction, type Pool } from './pool.js';

/** Advisory lock that orders every change of entitlements; what must see none in flight takes it shared. */
export const entitlementLock = 7_238_001;
export const entitlementChannel = 'entitlements';

export type EntitlementSubject =
  'membership' | 'grant' | 'customer' | 'location' | 'building' | 'installation' | 'device';

const tableOf: Readonly<Record<EntitlementSubject, string>> = {
  membership: 'memberships',
  grant: 'grants',
  customer: 'customers',
  location: 'locations',
  building: 'buildings',
  installation: 'installations',
  device: 'devices',
};

/** A device's row holds its secrets' hashes, which are nobody's business here. */
const factOf: Readonly<Record<EntitlementSubject, string>> = {
  membership: 'to_jsonb(row)',
  grant: 'to_jsonb(row)',
  customer: 'to_jsonb(row)',
  location: 'to_jsonb(row)',
  building: 'to_jsonb(row)',
  installation: 'to_jsonb(row)',
  device: `to_jsonb(row) - 'secret_hash' - 'next_secret_hash'`,
};

/** A transaction that changes who may do what. */
export interface EntitlementChange {
  readonly client: pg.PoolClient;
  /** Appends to the log that this row changed, and how it is now: call it after the change. The last number appended comes back with the result. */
  record(subject: EntitlementSubject, subjectId: string): Promise<void>;
}

export interface Changed<Value> {
  readonly value: Value;
  /** Number of the last log entry; a snapshot that has read it has seen the change. */
  readonly sequence: number;
}

/**
 * The one way to change memberships, grants or what rights are held on. The lock is taken before the first number and held to the
 * end of the transaction, so log order is commit order and numbers have no holes. NOTIFY only wakes the readers up.
 */
export function changeEntitlements<Value>(
  pool: Pool,
  by: { readonly actorPersonId: string | null; readonly at: number },
  work: (change: EntitlementChange) => Promise<Value>,
): Promise<Changed<Value>> {
  return inTransaction(pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [entitlementLock]);
    let sequence = await headOf(client);
    const value = await work({
      client,
      async record(subject, subjectId) {
        sequence++;
        await client.query(
          `INSERT INTO entitlement_log (sequence, subject, subject_id, at, actor_person_id, fact)
           VALUES ($1, $2, $3, $4, $5, (SELECT ${factOf[subject]} FROM ${tableOf[subject]} row WHERE id = $3))`,
          [sequence, subject, subjectId, new Date(by.at), by.actorPersonId],
        );
      },
    });
    await client.query(`SELECT pg_notify($1, $2)`, [entitlementChannel, String(sequence)]);
    return { value, sequence };
  });
}

export async function headOf(client: Pick<pg.PoolClient, 'query'>): Promise<number> {
  const { rows } = await client.query<{ head: number }>(
    `SELECT COALESCE(max(sequence), 0)::bigint AS head FROM entitlement_log`,
  );
  return rows[0]?.head ?? 0;
}

export interface LogEntry {
  readonly sequence: number;
  readonly subject: EntitlementSubject;
  readonly subjectId: string;
}

/** Entries behind `sequence`, oldest first, and the number of the newest there is. */
export async function readLog(
  client: Pick<pg.PoolClient, 'query'>,
  sequence: number,
  count: number,
): Promise<{ entries: readonly LogEntry[]; head: number }> {
  const { rows } = await client.query<LogEntry>(
    `SELECT sequence, subject, subject_id AS "subjectId" FROM entitlement_log
      WHERE sequence > $1 ORDER BY sequence LIMIT $2`,
    [sequence, count],
  );
  return { entries: rows, head: rows.at(-1)?.sequence ?? (await headOf(client)) };
}
