import { randomUUID } from 'node:crypto';
import { everyDevice } from './device-releases.js';
import type { Queryable } from './pool.js';

/** A line of a bill: one hub, package and month begun. */
export interface NewCharge {
  readonly serviceId: string;
  readonly deviceId: string;
  readonly packageId: string;
  readonly resellerId: string;
  readonly dealerId: string | null;
  readonly payerPersonId: string | null;
  /** `2026-11` */
  readonly month: string;
  readonly amount_minor: number;
  readonly currency: string;
  readonly trial: boolean;
}

export interface Charge extends NewCharge {
  readonly chargeId: string;
  readonly deviceName: string;
  readonly packageName: string;
  readonly bookedAt: Date;
}

/** Appends the lines that are not there yet: a repeat books nothing (AJ-25). */
export async function bookCharges(client: Queryable, charges: readonly NewCharge[], at: Date): Promise<void> {
  for (const charge of charges) {
    await client.query(
      `INSERT INTO service_charges (id, service_id, device_id, package_id, reseller_id, dealer_id, payer_person_id, month,
         amount_minor, currency, trial, booked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
       ON CONFLICT DO NOTHING`,
      [
        randomUUID(),
        charge.serviceId,
        charge.deviceId,
        charge.packageId,
        charge.resellerId,
        charge.dealerId,
        charge.payerPersonId,
        charge.month,
        charge.amount_minor,
        charge.currency,
        charge.trial,
        at,
      ],
    );
  }
}

/** What a reseller is billed for its dealers' hubs, in one month when it is named; oldest first. */
export async function chargesOf(
  client: Queryable,
  resellerId: string,
  month: string | null,
): Promise<readonly Charge[]> {
  const { rows } = await client.query<Charge>(
    `SELECT c.id AS "chargeId", c.service_id AS "serviceId", c.device_id AS "deviceId", d.name AS "deviceName",
            c.package_id AS "packageId", p.name AS "packageName", c.reseller_id AS "resellerId", c.dealer_id AS "dealerId",
            c.payer_person_id AS "payerPersonId", c.month, c.amount_minor AS "amount_minor", c.currency, c.trial,
            c.booked_at AS "bookedAt"
       FROM service_charges c JOIN ${everyDevice} d ON d.id = c.device_id JOIN service_packages p ON p.id = c.package_id
      WHERE c.reseller_id = $1 AND c.payer_person_id IS NULL AND ($2::text IS NULL OR c.month = $2)
      ORDER BY c.month, c.booked_at, c.id`,
    [resellerId, month],
  );
  return rows;
}

export async function insertRefund(
  client: Queryable,
  refund: { readonly serviceId: string; readonly amount_minor: number; readonly currency: string },
  at: Date,
): Promise<void> {
  await client.query(
    `INSERT INTO service_refunds (service_id, amount_minor, currency, at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (service_id) DO NOTHING`,
    [refund.serviceId, refund.amount_minor, refund.currency, at],
  );
}

/** What a card payer was charged and got back for one service, in minor units. */
export async function paymentsOf(
  client: Queryable,
  serviceId: string,
): Promise<{ readonly charged_minor: number; readonly refunded_minor: number | null }> {
  const { rows } = await client.query<{ charged_minor: number; refunded_minor: number | null }>(
    `SELECT (SELECT COALESCE(sum(amount_minor), 0)::bigint FROM service_charges WHERE service_id = $1) AS charged_minor,
            (SELECT amount_minor FROM service_refunds WHERE service_id = $1) AS refunded_minor`,
    [serviceId],
  );
  return rows[0] ?? { charged_minor: 0, refunded_minor: null };
}
