import type { TokenInfo } from '../device-registry.js';
import { integerId } from '../integer-id.js';
import type { Pool } from '../pool.js';

interface Source {
  readonly deviceId: string;
  readonly siteId: string;
  /** The device's clock; may be wrong by decades. */
  readonly deviceTime: number;
  readonly receivedAt: number;
}
export interface TransactionStart extends Source {
  readonly connector: number;
  readonly idToken: string;
  readonly meterStart_Wh: number;
  /** The reservation it was started for; null: none. */
  readonly reservationId: number | null;
  /** Remote starts sent since then make their token good at this device. */
  readonly remoteStartSince: number;
}
export interface TransactionStop extends Source {
  /** As the device sent it: 0, -1 and ids of others are expected. */
  readonly transactionId: number;
  readonly meterStop_Wh: number;
  readonly reason: string;
}

export interface StartRecord {
  readonly transactionId: number;
  readonly replayed: boolean;
  readonly token: TokenInfo;
}
export type StopRecord =
  | { readonly outcome: 'recorded' | 'replayed'; readonly connector: number }
  /** It fits no transaction of this device: kept aside for a person to reconcile. */
  | { readonly outcome: 'quarantined'; readonly replayed: boolean };

/**
 * Transactions as chargers report them, written before they are answered. A replay (same station, connector, token,
 * time and meter; or same transaction id) gets the same answer on every node and after every restart.
 */
export interface TransactionJournal {
  start(start: TransactionStart): Promise<StartRecord>;
  stop(stop: TransactionStop): Promise<StopRecord>;
}

export class PostgresTransactionJournal implements TransactionJournal {
  constructor(private readonly pool: Pool) {}

  async start(start: TransactionStart): Promise<StartRecord> {
    // The update changes nothing: it is there so that RETURNING also answers for the row that was already there.
    const { rows } = await this.pool.query<StartRecord>({
      name: 'journal-start',
      text: `WITH used AS (
               UPDATE reservations SET state = 'used', changed_at = $6
                WHERE id = $9 AND device_id = $2 AND state IN ('asked', 'reserved')
             )
             INSERT INTO charging_transactions
               (location_id, device_id, connector, id_token, started_at, start_received_at, meter_start_wh)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (device_id, connector, id_token, started_at, meter_start_wh)
               WHERE station_transaction_id IS NULL
               DO UPDATE SET start_received_at = charging_transactions.start_received_at
             RETURNING id AS "transactionId", xmax <> 0 AS replayed, id_token_info_at($1, $2, $3, $4, $8) AS token`,
      values: [
        start.siteId,
        start.deviceId,
        start.connector,
        start.idToken,
        new Date(start.deviceTime),
        new Date(start.receivedAt),
        start.meterStart_Wh,
        new Date(start.remoteStartSince),
        integerId(start.reservationId),
      ],
    });
    const [record] = rows;
    if (!record) throw new Error('the journal returned no transaction');
    return record;
  }

  async stop(stop: TransactionStop): Promise<StopRecord> {
    const { rows } = await this.pool.query<{
      ended: boolean;
      connector: number | null;
      quarantined: boolean;
    }>({
      name: 'journal-stop',
      text: `WITH known AS (
               SELECT connector FROM charging_transactions
                WHERE id = $3::bigint AND device_id = $2 AND station_transaction_id IS NULL
             ), ended AS (
               UPDATE charging_transactions
                  SET ended_at = $4, end_received_at = $5, meter_stop_wh = $6, stop_reason = $7,
                      journal_sequence = nextval('journal_sequence')
                WHERE id = $3::bigint AND device_id = $2 AND ended_at IS NULL AND station_transaction_id IS NULL
               RETURNING id
             ), quarantined AS (
               INSERT INTO quarantined_stops
                 (location_id, device_id, transaction_id, stopped_at, received_at, meter_stop_wh, stop_reason)
               SELECT $1, $2, $3::bigint, $4, $5, $6, $7 WHERE NOT EXISTS (SELECT FROM known)
               ON CONFLICT DO NOTHING
               RETURNING id
             )
             SELECT EXISTS (SELECT FROM ended) AS ended,
                    (SELECT connector FROM known) AS connector,
                    EXISTS (SELECT FROM quarantined) AS quarantined`,
      values: [
        stop.siteId,
        stop.deviceId,
        // JSON integers reach beyond int8; such an id is unknown whatever its digits.
        Math.min(Math.max(stop.transactionId, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER),
        new Date(stop.deviceTime),
        new Date(stop.receivedAt),
        stop.meterStop_Wh,
        stop.reason,
      ],
    });
    const [row] = rows;
    if (!row) throw new Error('the journal returned nothing for a stop');
    if (row.connector === null) return { outcome: 'quarantined', replayed: !row.quarantined };
    return { outcome: row.ended ? 'recorded' : 'replayed', connector: row.connector };
  }
}
