import type { Queryable } from './pool.js';

export interface DeviceEventRow {
  readonly eventId: string;
  readonly deviceId: string;
  readonly at: Date;
  readonly receivedAt: Date;
  readonly type: string;
  readonly severity: 'information' | 'warning' | 'fault' | 'alarm';
  readonly detail: Record<string, unknown>;
}

/** What happened to a device, newest first, not before `from`, behind the event `after` when it is given. */
export async function listDeviceEvents(
  client: Queryable,
  deviceId: string,
  from: Date | null,
  after: number | null,
  count: number,
): Promise<readonly DeviceEventRow[]> {
  const { rows } = await client.query<DeviceEventRow>(
    `SELECT id::text AS "eventId", device_id AS "deviceId", at, received_at AS "receivedAt", type, severity, detail
       FROM device_events WHERE device_id = $1 AND ($2::bigint IS NULL OR id < $2)
          AND ($4::timestamptz IS NULL OR received_at >= $4) ORDER BY id DESC LIMIT $3`,
    [deviceId, after, count, from],
  );
  return rows;
}
