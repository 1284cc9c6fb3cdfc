import type { Queryable } from '../pool.js';

/** A transaction of the same charger that a stop may belong to. */
export interface StopCandidate {
  readonly transactionId: number;
  readonly connector: number;
  readonly startedAt: Date;
  readonly meterStart_Wh: number;
}

/** A stop that fitted no transaction: its number was unknown, 0, -1 or another station's. */
export interface QuarantinedStop {
  readonly stopId: number;
  readonly deviceId: string;
  /** As the charger named it. */
  readonly transactionId: number;
  /** The charger's clock; may be wrong by decades. */
  readonly stoppedAt: Date;
  readonly receivedAt: Date;
  readonly meterStop_Wh: number;
  readonly reason: string;
  /** Open transactions of the charger whose meter fits, the latest first. */
  readonly candidates: readonly StopCandidate[];
}

/** The end that a match gave to a transaction. */
export interface MatchedEnd {
  readonly deviceId: string;
  readonly connector: number;
  readonly transactionId: number;
  readonly meterStop_Wh: number;
  readonly reason: string;
  readonly stoppedAt: Date;
  readonly receivedAt: Date;
}

interface Row extends Omit<QuarantinedStop, 'candidates'> {
  readonly candidates: readonly (Omit<StopCandidate, 'startedAt'> & { readonly startedAt: string })[];
}

/** Stops that wait for a person, and what the person decides. */
export class Quarantine {
  constructor(private readonly client: Queryable) {}

  /** Oldest first, at most `count`. */
  async open(locationId: string, count: number): Promise<readonly QuarantinedStop[]> {
    const { rows } = await this.client.query<Row>(
      `SELECT stop.id AS "stopId", stop.device_id AS "deviceId", stop.transaction_id AS "transactionId",
              stop.stopped_at AS "stoppedAt", stop.received_at AS "receivedAt", stop.meter_stop_wh AS "meterStop_Wh",
              stop.stop_reason AS reason,
              coalesce((
                SELECT jsonb_agg(jsonb_build_object(
                         'transactionId', id, 'connector', connector, 'startedAt', started_at, 'meterStart_Wh', meter_start_wh)
                         ORDER BY start_received_at DESC)
                  FROM charging_transactions
                 WHERE device_id = stop.device_id AND ended_at IS NULL AND meter_start_wh <= stop.meter_stop_wh
                   AND start_received_at <= stop.received_at
              ), '[]') AS candidates
         FROM quarantined_stops AS stop
        WHERE stop.location_id = $1 AND stop.resolution IS NULL ORDER BY stop.id LIMIT $2`,
      [locationId, count],
    );
    return rows.map((row) => ({
      ...row,
      candidates: row.candidates.map((each) => ({ ...each, startedAt: new Date(each.startedAt) })),
    }));
  }

  /**
   * Ends an open transaction of the same charger with the stop. Null: the stop is not open, or the transaction is not one of
   * the charger's open ones. Both change or neither.
   */
  async match(
    locationId: string,
    stopId: number,
    transactionId: number,
    at: number,
  ): Promise<MatchedEnd | null> {
    const { rows } = await this.client.query<MatchedEnd>(
      `WITH stop AS (
         SELECT * FROM quarantined_stops WHERE id = $2 AND location_id = $1 AND resolution IS NULL FOR UPDATE
       ), ended AS (
         UPDATE charging_transactions AS open
            SET ended_at = stop.stopped_at, end_received_at = stop.received_at, meter_stop_wh = stop.meter_stop_wh,
                stop_reason = stop.stop_reason, journal_sequence = nextval('journal_sequence')
           FROM stop WHERE open.id = $3 AND open.device_id = stop.device_id AND open.ended_at IS NULL
         RETURNING open.device_id AS "deviceId", open.connector, open.id AS "transactionId",
                   stop.meter_stop_wh AS "meterStop_Wh", stop.stop_reason AS reason, stop.stopped_at AS "stoppedAt",
                   stop.received_at AS "receivedAt"
       ), resolved AS (
         UPDATE quarantined_stops SET resolution = 'matched', resolved_at = $4, matched_transaction_id = $3
          WHERE id = $2 AND EXISTS (SELECT FROM ended)
       )
       SELECT * FROM ended`,
      [locationId, stopId, transactionId, new Date(at)],
    );
    return rows[0] ?? null;
  }

  /** False: the stop is not open. */
  async dismiss(locationId: string, stopId: number, at: number): Promise<boolean> {
    const { rowCount } = await this.client.query(
      `UPDATE quarantined_stops SET resolution = 'dismissed', resolved_at = $3
        WHERE id = $2 AND location_id = $1 AND resolution IS NULL`,
      [locationId, stopId, new Date(at)],
    );
    return rowCount === 1;
  }
}
