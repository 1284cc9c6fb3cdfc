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
  /** Where it stands in the list, for the cursor. */
  readonly place: EventPlace;
}

/** The order of the list: a late event of a hub stands at its neighbour in sequence (migration 0032). */
export type EventPlace = readonly [place: number, sequence: number, id: number];

export interface EventQuery {
  readonly deviceId: string;
  /** NB-52: none received before. */
  readonly from: Date | null;
  /** Only these; null: every type. */
  readonly types: readonly string[] | null;
  /** Only of sessions that this person began by a command; null: everybody's. */
  readonly ofPersonId: string | null;
  /** Behind this one. */
  readonly after: EventPlace | null;
  readonly count: number;
}

/** What happened to a device, newest first. */
export async function listDeviceEvents(
  client: Queryable,
  query: EventQuery,
): Promise<readonly DeviceEventRow[]> {
  const { after } = query;
  const { rows } = await client.query<DeviceEventRow>(
    `SELECT id::text AS "eventId", device_id AS "deviceId", at, received_at AS "receivedAt", type, severity, detail,
            json_build_array(place, COALESCE(sequence, 0), id) AS place
       FROM device_events e
      WHERE device_id = $1
        AND ($2::bigint IS NULL OR (place, COALESCE(sequence, 0), id) < ($2::bigint, $3::bigint, $4::bigint))
        AND ($6::timestamptz IS NULL OR received_at >= $6) AND ($7::text[] IS NULL OR type = ANY($7))
        AND ($8::text IS NULL OR EXISTS (
              SELECT FROM charging_transactions t
               WHERE t.device_id = e.device_id AND t.id::text = e.detail->>'transactionId'
                 AND EXISTS (${sessionStarter} AND c.person_id = $8)))
      ORDER BY e.place DESC, COALESCE(sequence, 0) DESC, id DESC LIMIT $5`,
    [
      query.deviceId,
      after?.[0] ?? null,
      after?.[1] ?? null,
      after?.[2] ?? null,
      query.count,
      query.from,
      query.types,
      query.ofPersonId,
    ],
  );
  return rows;
}
