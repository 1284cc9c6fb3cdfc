import type { HubEventRaised } from '#libs/devices/device-event.js';
import type { Pool } from '../pool.js';

export interface HubEventEntry {
  readonly deviceId: string;
  readonly siteId: string;
  readonly deviceTime: number;
  readonly receivedAt: number;
  readonly event: HubEventRaised;
}

/** Events of alarm hubs, keyed by the hub's own sequence; written before the PUBACK. */
export interface HubEventJournal {
  record(entry: HubEventEntry): Promise<{ readonly replayed: boolean }>;
  /**
   * The highest sequence with no gap between it and `from` (or the first one we hold, when we do not hold `from`);
   * null when nothing is held. What a hub is told, so that it sends again what is missing.
   */
  highestWithoutGap(deviceId: string, from: number): Promise<number | null>;
  /** The lowest `count` ranges that are missing above `from` and below the highest sequence held; both ends included. */
  gaps(deviceId: string, from: number, count: number): Promise<readonly SequenceRange[]>;
}

export interface SequenceRange {
  readonly fromSequence: number;
  readonly toSequence: number;
}

export class PostgresHubEventJournal implements HubEventJournal {
  constructor(private readonly pool: Pool) {}

  async record(entry: HubEventEntry): Promise<{ readonly replayed: boolean }> {
    const { event } = entry;
    const { rowCount } = await this.pool.query({
      name: 'journal-hub-event',
      text: `INSERT INTO hub_events
               (device_id, sequence, location_id, category, code, zone, text, device_time, received_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (device_id, sequence) DO NOTHING`,
      values: [
        entry.deviceId,
        event.sequence,
        entry.siteId,
        event.category,
        event.code,
        event.zone,
        event.text,
        new Date(entry.deviceTime),
        new Date(entry.receivedAt),
      ],
    });
    return { replayed: rowCount === 0 };
  }

  async highestWithoutGap(deviceId: string, from: number): Promise<number | null> {
    // The end of the first unbroken run: the first sequence whose successor is missing. Walks the primary key.
    const { rows } = await this.pool.query<{ sequence: number }>({
      name: 'journal-hub-gap',
      text: `SELECT sequence FROM hub_events AS held
              WHERE device_id = $1 AND sequence >= $2
                AND NOT EXISTS (
                  SELECT FROM hub_events AS next
                   WHERE next.device_id = held.device_id AND next.sequence = held.sequence + 1)
              ORDER BY sequence LIMIT 1`,
      values: [deviceId, from],
    });
    return rows[0]?.sequence ?? null;
  }

  async gaps(deviceId: string, from: number, count: number): Promise<readonly SequenceRange[]> {
    const { rows } = await this.pool.query<SequenceRange>({
      name: 'journal-hub-gaps',
      text: `SELECT sequence + 1 AS "fromSequence", next - 1 AS "toSequence"
               FROM (SELECT sequence, lead(sequence) OVER (ORDER BY sequence) AS next
                       FROM hub_events WHERE device_id = $1 AND sequence >= $2) AS held
              WHERE next > sequence + 1 ORDER BY sequence LIMIT $3`,
      values: [deviceId, from, count],
    });
    return rows;
  }
}
