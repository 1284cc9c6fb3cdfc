import type { Pool, Queryable } from './pool.js';

export const webhookEventTypes = [
  'alert.raised',
  'alert.cleared',
  'session.started',
  'session.ended',
  'device.connected',
  'device.disconnected',
] as const;
export type WebhookEventType = (typeof webhookEventTypes)[number];

export interface Webhook {
  readonly webhookId: string;
  readonly organisationId: string;
  readonly url: string;
  readonly eventTypes: readonly WebhookEventType[];
  readonly secretVersion: number;
  readonly createdAt: Date;
  readonly createdBy: string;
}

const columns = `w.id AS "webhookId", w.organisation_id AS "organisationId", w.url, w.event_types AS "eventTypes",
  w.secret_version AS "secretVersion", w.created_at AS "createdAt", w.created_by AS "createdBy"`;

export async function insertWebhook(client: Queryable, webhook: Webhook): Promise<void> {
  await client.query(
    `INSERT INTO webhooks (id, organisation_id, url, event_types, secret_version, created_at, created_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      webhook.webhookId,
      webhook.organisationId,
      webhook.url,
      webhook.eventTypes,
      webhook.secretVersion,
      webhook.createdAt,
      webhook.createdBy,
    ],
  );
}

export async function webhooksOf(client: Queryable, organisationId: string): Promise<readonly Webhook[]> {
  const { rows } = await client.query<Webhook>(
    `SELECT ${columns} FROM webhooks w WHERE w.organisation_id = $1 ORDER BY w.created_at, w.id`,
    [organisationId],
  );
  return rows;
}

export async function webhookById(client: Queryable, webhookId: string): Promise<Webhook | null> {
  const { rows } = await client.query<Webhook>(`SELECT ${columns} FROM webhooks w WHERE w.id = $1`, [
    webhookId,
  ]);
  return rows[0] ?? null;
}

export async function deleteWebhook(client: Queryable, webhookId: string): Promise<void> {
  await client.query('DELETE FROM webhooks WHERE id = $1', [webhookId]);
}

export interface Delivery {
  readonly deliveryId: string;
  readonly webhookId: string;
  readonly type: WebhookEventType;
  readonly locationId: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly state: 'queued' | 'delivered' | 'dead' | 'dropped';
  readonly attempts: number;
  readonly status: number | null;
  readonly reason: string | null;
  readonly queuedAt: Date;
  readonly nextAt: Date;
  readonly finishedAt: Date | null;
}

const deliveryColumns = `id AS "deliveryId", webhook_id AS "webhookId", type, location_id AS "locationId", payload, state,
  attempts, status, reason, queued_at AS "queuedAt", next_at AS "nextAt", finished_at AS "finishedAt"`;

/** Newest first, behind `after`. */
export async function deliveriesOf(
  client: Queryable,
  webhookId: string,
  after: { readonly queuedAt: Date; readonly deliveryId: string } | null,
  count: number,
): Promise<readonly Delivery[]> {
  const { rows } = await client.query<Delivery>(
    `SELECT ${deliveryColumns} FROM webhook_deliveries
      WHERE webhook_id = $1 AND ($2::timestamptz IS NULL OR (queued_at, id) < ($2, $3::uuid))
      ORDER BY queued_at DESC, id DESC LIMIT $4`,
    [webhookId, after?.queuedAt ?? null, after?.deliveryId ?? null, count],
  );
  return rows;
}

/** Told once more, from the first attempt on. False: there is none, or it still waits. */
export async function replayDelivery(
  client: Queryable,
  webhookId: string,
  deliveryId: string,
  at: Date,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE webhook_deliveries SET state = 'queued', attempts = 0, next_at = $3, finished_at = NULL, reason = NULL
      WHERE id = $2 AND webhook_id = $1 AND state <> 'queued'`,
    [webhookId, deliveryId, at],
  );
  return rowCount === 1;
}

export type DeliveryResult =
  | { readonly kind: 'over'; readonly state: 'delivered' | 'dead' | 'dropped' }
  | { readonly kind: 'again'; readonly at: Date };
export interface DeliveryOutcome {
  readonly result: DeliveryResult;
  readonly status: number | null;
  readonly reason: string | null;
}

/** Nobody else tries a delivery that was taken for so long; who took it and died lets it be tried again then. */
const lease_ms = 60_000;

/**
 * Takes the delivery that is due longest and lets `deliver` try it; false when none is due. No connection is held while it is
 * tried: a receiver that takes its time must not take ours.
 */
export async function deliverNextWebhook(
  pool: Pool,
  now: Date,
  deliver: (delivery: Delivery) => Promise<DeliveryOutcome>,
): Promise<boolean> {
  const { rows } = await pool.query<Delivery>(
    `UPDATE webhook_deliveries SET next_at = $2
      WHERE id = (SELECT id FROM webhook_deliveries WHERE state = 'queued' AND next_at <= $1
                   ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING ${deliveryColumns}`,
    [now, new Date(now.getTime() + lease_ms)],
  );
  const [delivery] = rows;
  if (!delivery) return false;
  const { result, status, reason } = await deliver(delivery);
  const over = result.kind === 'over';
  await pool.query(
    `UPDATE webhook_deliveries SET state = $2, attempts = attempts + 1, status = $3, reason = $4, next_at = $5,
            finished_at = $6 WHERE id = $1`,
    [
      delivery.deliveryId,
      over ? result.state : 'queued',
      status,
      reason,
      over ? delivery.nextAt : result.at,
      over ? now : null,
    ],
  );
  return true;
}
