import type { Queryable } from './pool.js';
import { sessionStarter } from './session-history.js';

export interface DeviceEventRow {
  readonly eventId: string;
  readonly deviceId: string;
  readonly at: Date;
  readonly receivedAt: Date;
  readonly type: string;
  readonly severity: 'information' | 'warning' | 'fault' | 'alarm';
  readonly detail: Record<string, unknown>;
}

export interface EventQuery {
  readonly deviceId: string;
  /** NB-52: none received before. */
  readonly from: Date | null;
  /** Only these; null: every type. */
  readonly types: readonly string[] | null;
  /** Only of sessions that this person began by a command; null: everybody's. */
  readonly ofPersonId: string | null;
  /** Behind this one. */
  readonly after: number | null;
  readonly count: number;
}

/** What happened to a device, newest first. */
export async function listDeviceEvents(
  client: Queryable,
  query: EventQuery,
): Promise<readonly DeviceEventRow[]> {
  const { rows } = await client.query<DeviceEventRow>(
    `SELECT id::text AS "eventId", device_id AS "deviceId", at, received_at AS "receivedAt", type, severity, detail
       FROM device_events e
      WHERE device_id = $1 AND ($2::bigint IS NULL OR id < $2)
        AND ($4::timestamptz IS NULL OR received_at >= $4) AND ($5::text[] IS NULL OR type = ANY($5))
        AND ($6::text IS NULL OR EXISTS (
              SELECT FROM charging_transactions t
               WHERE t.device_id = e.device_id AND t.id::text = e.detail->>'transactionId'
                 AND EXISTS (${sessionStarter} AND c.person_id = $6)))
      ORDER BY id DESC LIMIT $3`,
    [query.deviceId, query.after, query.count, query.from, query.types, query.ofPersonId],
  );
  return rows;
}
