import type { TokenInfo } from '../device-registry.js';
import type { Pool } from '../pool.js';

/** One event of an OCPP 2.0.1 transaction, as far as the house follows it; energy in Wh, times in ms since the epoch. */
export interface StationTransactionEvent {
  readonly deviceId: string;
  readonly siteId: string;
  /** The station's own name of the transaction, unique for it. */
  readonly stationTransactionId: string;
  readonly sequence: number;
  readonly kind: 'Started' | 'Updated' | 'Ended';
  /** The device's clock; may be wrong by decades. */
  readonly deviceTime: number;
  readonly receivedAt: number;
  readonly evse: number | null;
  /** The token the transaction is for; null when the event names none, or the one that ended it. */
  readonly startingToken: string | null;
  readonly firstRegister_Wh: number | null;
  readonly lastRegister_Wh: number | null;
  readonly chargingState: ChargingState | null;
  readonly stopReason: string | null;
  /** The token to be judged; null: nothing is asked. */
  readonly token: string | null;
  /** Remote starts since then count as tokens of the location. */
  readonly remoteStartSince: number;
  /** The event verbatim. */
  readonly request: object;
}

export type ChargingState = 'Charging' | 'EVConnected' | 'SuspendedEV' | 'SuspendedEVSE' | 'Idle';

/** What the house knows of a transaction once an event is kept. */
export interface TransactionRecord {
  /** Ours: a positive 32-bit integer. */
  readonly transactionId: number;
  readonly replayed: boolean;
  /** As it was answered the first time; null when the event named no token. */
  readonly token: TokenInfo | null;
  /** The EVSE; 0 until an event named it. */
  readonly connector: number;
  /** Empty until an event named it. */
  readonly idToken: string;
  readonly startedAt: number;
  readonly startReceivedAt: number;
  readonly meterStart_Wh: number;
  /** This event changed what is known of the start. */
  readonly startChanged: boolean;
  /** Null while it goes on. */
  readonly endedAt: number | null;
  readonly endReceivedAt: number | null;
  /** The newest register; null when none was told. */
  readonly meterStop_Wh: number | null;
  readonly stopReason: string | null;
  readonly endChanged: boolean;
  readonly chargingState: ChargingState | null;
  /** This event is the newest that told the state. */
  readonly stateIsNews: boolean;
  readonly hasCharged: boolean;
  /** Events that must exist, by their numbers, and are not here. */
  readonly missingEvents: number;
}

export interface OpenStationTransaction {
  readonly transactionId: number;
  readonly chargingState: ChargingState | null;
  readonly hasCharged: boolean;
}

/**
 * Transactions as OCPP 2.0.1 stations tell them: numbered events that may come late, twice and in any order. Each is kept
 * before it is answered, keyed by (station, transaction, number, kind); the transaction's row is the same whatever the order.
 */
export interface TransactionEventJournal {
  record(event: StationTransactionEvent): Promise<TransactionRecord>;
  /** The station's own name of our transaction; null when it is not one of that device, or of OCPP 1.6. */
  stationIdOf(deviceId: string, transactionId: number): Promise<string | null>;
  /** The transaction at the EVSE that began last of those that have not ended. */
  openAt(deviceId: string, evse: number): Promise<OpenStationTransaction | null>;
  /** The numbers between the lowest and the highest we hold that are missing, at most `count`. */
  missingSequences(deviceId: string, stationTransactionId: string, count: number): Promise<readonly number[]>;
}

export class PostgresTransactionEventJournal implements TransactionEventJournal {
  constructor(private readonly pool: Pool) {}

  async record(event: StationTransactionEvent): Promise<TransactionRecord> {
    const { rows } = await this.pool.query<{ record: TransactionRecord }>({
      name: 'journal-transaction-event',
      text: `SELECT record_transaction_event($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) AS record`,
      values: [
        event.deviceId,
        event.siteId,
        event.stationTransactionId,
        // JSON integers reach beyond int8; a third of what is safe, because a place among events counts in threes.
        Math.min(Math.max(event.sequence, -farthestSequence), farthestSequence),
        event.kind,
        new Date(event.deviceTime),
        new Date(event.receivedAt),
        event.evse,
        event.startingToken,
        event.firstRegister_Wh,
        event.lastRegister_Wh,
        event.chargingState,
        event.stopReason,
        event.token,
        new Date(event.remoteStartSince),
        JSON.stringify(event.request),
      ],
    });
    const [row] = rows;
    if (!row) throw new Error('the journal returned no transaction');
    return row.record;
  }

  async stationIdOf(deviceId: string, transactionId: number): Promise<string | null> {
    const { rows } = await this.pool.query<{ stationTransactionId: string | null }>({
      name: 'journal-station-id',
      text: `SELECT station_transaction_id AS "stationTransactionId" FROM charging_transactions
              WHERE id = $2 AND device_id = $1`,
      values: [deviceId, transactionId],
    });
    return rows[0]?.stationTransactionId ?? null;
  }

  async openAt(deviceId: string, evse: number): Promise<OpenStationTransaction | null> {
    const { rows } = await this.pool.query<OpenStationTransaction>({
      name: 'journal-open-at',
      text: `SELECT id AS "transactionId", charging_state AS "chargingState", EXISTS (
                      SELECT FROM transaction_events AS told
                       WHERE told.device_id = open.device_id
                         AND told.station_transaction_id = open.station_transaction_id
                         AND told.charging_state IN ('Charging', 'SuspendedEV', 'SuspendedEVSE')) AS "hasCharged"
               FROM charging_transactions AS open
              WHERE device_id = $1 AND connector = $2 AND ended_at IS NULL AND station_transaction_id IS NOT NULL
              ORDER BY order_time(started_at, start_received_at) DESC, id DESC LIMIT 1`,
      values: [deviceId, evse],
    });
    return rows[0] ?? null;
  }

  async missingSequences(
    deviceId: string,
    stationTransactionId: string,
    count: number,
  ): Promise<readonly number[]> {
    // Walks the events that are there, so that one absurd number does not make a series of billions.
    const { rows } = await this.pool.query<{ first: number; last: number }>(
      `SELECT sequence + 1 AS first, next - 1 AS last
         FROM (SELECT sequence, lead(sequence) OVER (ORDER BY sequence) AS next
                 FROM transaction_events WHERE device_id = $1 AND station_transaction_id = $2) AS held
        WHERE next > sequence + 1 ORDER BY sequence LIMIT $3`,
      [deviceId, stationTransactionId, count],
    );
    return rows
      .flatMap(({ first, last }) =>
        Array.from({ length: Math.min(last - first + 1, count) }, (_, index) => first + index),
      )
      .slice(0, count);
  }
}

const farthestSequence = Math.floor(Number.MAX_SAFE_INTEGER / 3);
