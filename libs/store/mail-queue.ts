import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { inTransaction, type Pool, type Queryable } from './pool.js';

export type MailTemplate =
  | 'confirm-address'
  | 'invitation'
  /** Becomes one `invitation` per administrator when its turn comes. */
  | 'invitation-to-organisation'
  | 'membership'
  | 'transfer'
  /** Tells an owner which partners still have access. */
  | 'lingering-access'
  | 'reseller-invitation'
  | 'hub-access-request'
  /** Becomes one `alert-to-person` for everybody who is to know when its turn comes (NB-97). */
  | 'alert'
  | 'alert-to-person';

export interface QueuedMail {
  readonly template: MailTemplate;
  readonly recipient: string | null;
  /** The invitation, transfer or request it is about. */
  readonly subjectId: string | null;
  readonly language: string;
  readonly link: string | null;
}

/** What became of a mail; `dropped` with its reason: what it was about had ended before it was sent (T9). */
export type MailOutcome = 'sent' | 'expanded' | `dropped: ${string}`;

export async function queueMail(client: Queryable, mail: QueuedMail, at: Date): Promise<void> {
  await client.query(
    `INSERT INTO mail_queue (id, template, recipient, subject_id, language, link, queued_at, not_before)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`,
    [randomUUID(), mail.template, mail.recipient, mail.subjectId, mail.language, mail.link, at],
  );
}

/** Tried this often, the last time about a day after the first. */
const mostAttempts = 12;
const backOff_ms = (attempts: number): number => Math.min(2 ** attempts * 15_000, 4 * 3_600_000);

/**
 * Takes the oldest mail that is due and lets `deliver` handle it in one transaction; false when none is due. One that
 * fails comes again later. Several processes may do this side by side.
 */
export const deliverNext = (
  pool: Pool,
  now: Date,
  deliver: (mail: QueuedMail, client: pg.PoolClient) => Promise<MailOutcome>,
  onError: (error: unknown) => void,
): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    const { rows } = await client.query<QueuedMail & { id: string; attempts: number }>(
      `SELECT id, template, recipient, subject_id AS "subjectId", language, link, attempts FROM mail_queue
        WHERE done_at IS NULL AND not_before <= $1 ORDER BY not_before, queued_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
      [now],
    );
    const [mail] = rows;
    if (!mail) return false;
    const finish = (outcome: string): Promise<unknown> =>
      client.query('UPDATE mail_queue SET done_at = $2, outcome = $3, link = NULL WHERE id = $1', [
        mail.id,
        now,
        outcome,
      ]);
    await client.query('SAVEPOINT delivery');
    try {
      await finish(await deliver(mail, client));
    } catch (error) {
      onError(error);
      await client.query('ROLLBACK TO SAVEPOINT delivery');
      const attempts = mail.attempts + 1;
      if (attempts >= mostAttempts) await finish('failed');
      else
        await client.query('UPDATE mail_queue SET attempts = $2, not_before = $3 WHERE id = $1', [
          mail.id,
          attempts,
          new Date(now.getTime() + backOff_ms(attempts)),
        ]);
    }
    return true;
  });
