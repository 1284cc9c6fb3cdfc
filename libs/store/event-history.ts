import type { Queryable } from './pool.js';

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

/** What happened to a device, newest first, not before `from`, behind the event at `after` when it is given. */
export async function listDeviceEvents(
  client: Queryable,
  deviceId: string,
  from: Date | null,
  after: EventPlace | null,
  count: number,
): Promise<readonly DeviceEventRow[]> {
  const { rows } = await client.query<DeviceEventRow>(
    `SELECT id::text AS "eventId", device_id AS "deviceId", at, received_at AS "receivedAt", type, severity, detail,
            json_build_array(place, COALESCE(sequence, 0), id) AS place
       FROM device_events
      WHERE device_id = $1
        AND ($2::bigint IS NULL OR (place, COALESCE(sequence, 0), id) < ($2::bigint, $3::bigint, $4::bigint))
        AND ($6::timestamptz IS NULL OR received_at >= $6)
      ORDER BY device_events.place DESC, COALESCE(sequence, 0) DESC, id DESC LIMIT $5`,
    [deviceId, after?.[0] ?? null, after?.[1] ?? null, after?.[2] ?? null, count, from],
  );
  return rows;
}
