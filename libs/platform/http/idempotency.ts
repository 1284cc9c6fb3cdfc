import { createHmac, hkdfSync } from 'node:crypto';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import { problem } from './problems.js';

/** A first request that has not answered after this long has died with its process; the key may be taken again. */
const abandonedAfter_ms = 60_000;
/** Kept for a day: longer than any client retries. */
const keptFor_ms = 24 * 3_600_000;

export interface StoredAnswer {
  readonly status: number;
  /** Null for an empty answer, or one that was secret. */
  readonly body: unknown;
}

/** Answers to writes that carried an Idempotency-Key: a repeat gets the first one's answer and does nothing (T6). */
export class IdempotencyStore {
  constructor(
    private readonly pool: Pool,
    private readonly clock: Clock,
  ) {}

  /** The answer the first request got, or null when this is the first: then `keep` or `release` must follow. */
  async take(personId: string, key: string, requestHash: Buffer): Promise<StoredAnswer | null> {
    const now = this.clock.now();
    const { rowCount } = await this.pool.query(
      `INSERT INTO idempotency_keys AS k (person_id, key, request_hash, taken_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (person_id, key) DO UPDATE
         SET request_hash = $3, taken_at = $4, status = NULL, body = NULL
       WHERE (k.status IS NULL AND k.taken_at < $5 AND k.request_hash = $3) OR k.taken_at < $6`,
      [
        personId,
        key,
        requestHash,
        new Date(now),
        new Date(now - abandonedAfter_ms),
        new Date(now - keptFor_ms),
      ],
    );
    if (rowCount === 1) return null;
    const { rows } = await this.pool.query<{ request_hash: Buffer; status: number | null; body: unknown }>(
      `SELECT request_hash, status, body FROM idempotency_keys WHERE person_id = $1 AND key = $2`,
      [personId, key],
    );
    const [row] = rows;
    if (row && !row.request_hash.equals(requestHash)) throw problem('idempotency-key-reused');
    if (!row || row.status === null) throw problem('idempotency-key-in-progress');
    return { status: row.status, body: row.body };
  }

  async keep(personId: string, key: string, answer: StoredAnswer): Promise<void> {
    await this.pool.query(
      `UPDATE idempotency_keys SET status = $3, body = $4 WHERE person_id = $1 AND key = $2`,
      [personId, key, answer.status, answer.body === null ? null : JSON.stringify(answer.body)],
    );
  }

  /** The request failed and did nothing: the key is free again. */
  async release(personId: string, key: string): Promise<void> {
    await this.pool.query(
      `DELETE FROM idempotency_keys WHERE person_id = $1 AND key = $2 AND status IS NULL`,
      [personId, key],
    );
  }

  async sweep(): Promise<number> {
    const { rowCount } = await this.pool.query(`DELETE FROM idempotency_keys WHERE taken_at < $1`, [
      new Date(this.clock.now() - keptFor_ms),
    ]);
    return rowCount ?? 0;
  }
}

/**
 * Keyed, because a body may hold a PIN or a passphrase: whoever reads the table without the key of our processes must not be
 * able to try them at home (T10).
 */
export const requestHashKey = (secret: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, 'busbar http', 'hash requests', 32));

export const hashRequest = (key: Buffer, method: string, path: string, body: unknown): Buffer =>
  createHmac('sha256', key)
    .update(`${method} ${path}\n`)
    .update(JSON.stringify(body ?? null))
    .digest();
