import type { Queryable } from '../pool.js';

export type Severity = 'information' | 'warning' | 'fault' | 'alarm';

/** Something that happened to a device, for people to read. */
export interface ListedEvent {
  readonly locationId: string;
  readonly deviceId: string;
  readonly at: Date;
  readonly receivedAt: Date;
  readonly type: string;
  readonly severity: Severity;
  readonly detail: Readonly<Record<string, unknown>>;
  /** The hub's own number, which orders its events; null for everything else. */
  readonly sequence: number | null;
  /** The event's own key: the same one is listed once. */
  readonly sourceKey: string;
}

/** Writes the event list; reading it is in event-history.ts. */
export class DeviceEventStore {
  constructor(private readonly client: Queryable) {}

  /** Answers how many were new. */
  async append(events: readonly ListedEvent[]): Promise<number> {
    if (events.length === 0) return 0;
    const { rowCount } = await this.client.query({
      name: 'append-device-events',
      text: `INSERT INTO device_events (location_id, device_id, at, received_at, type, severity, detail, source_key,
                                         sequence)
             SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::text[],
                                  $7::jsonb[], $8::text[], $9::bigint[])
             ON CONFLICT (source_key) DO NOTHING`,
      values: [
        events.map(({ locationId }) => locationId),
        events.map(({ deviceId }) => deviceId),
        events.map(({ at }) => at),
        events.map(({ receivedAt }) => receivedAt),
        events.map(({ type }) => type),
        events.map(({ severity }) => severity),
        events.map(({ detail }) => JSON.stringify(detail)),
        events.map(({ sourceKey }) => sourceKey),
        events.map(({ sequence }) => sequence),
      ],
    });
    return rowCount ?? 0;
  }
}
