import type { Queryable } from './pool.js';

export interface SessionRow {
  readonly transactionId: number;
  readonly deviceId: string;
  readonly connector: number;
  readonly idToken: string;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly meterStart_Wh: number;
  readonly meterStop_Wh: number | null;
  readonly stopReason: string | null;
}

export interface SessionQuery {
  readonly locationId: string;
  /** Only sessions that this person started by a command; null for everyone's. */
  readonly ofPersonId: string | null;
  readonly open: boolean | null;
  /** Only sessions that began in this time, half-open; null: no bound. NB-52. */
  readonly from: Date | null;
  readonly to: Date | null;
  readonly after: { readonly startedAt: Date; readonly transactionId: number } | null;
  readonly count: number;
}

/**
 * Charging sessions, newest first. A person's own are those with the token of a remote start that he gave to that
 * charger within the ten minutes before.
 */
export async function listSessions(client: Queryable, query: SessionQuery): Promise<readonly SessionRow[]> {
  const { rows } = await client.query<SessionRow>(
    `SELECT t.id AS "transactionId", t.device_id AS "deviceId", t.connector, t.id_token AS "idToken",
            t.started_at AS "startedAt", t.ended_at AS "endedAt", t.meter_start_wh AS "meterStart_Wh",
            t.meter_stop_wh AS "meterStop_Wh", t.stop_reason AS "stopReason"
       FROM charging_transactions t
      WHERE t.location_id = $1
        AND ($2::text IS NULL OR EXISTS (
              SELECT 1 FROM commands c
               WHERE c.device_id = t.device_id AND c.person_id = $2
                 AND c.request->>'action' = 'remote-start' AND c.request->>'idToken' = t.id_token
                 AND c.enqueued_at BETWEEN t.start_received_at - INTERVAL '10 minutes' AND t.start_received_at))
        AND ($3::boolean IS NULL OR (t.ended_at IS NULL) = $3)
        AND ($7::timestamptz IS NULL OR t.start_received_at >= $7) AND ($8::timestamptz IS NULL OR t.start_received_at < $8)
        AND ($4::timestamptz IS NULL OR (t.started_at, t.id) < ($4, $5::integer))
      ORDER BY t.started_at DESC, t.id DESC LIMIT $6`,
    [
      query.locationId,
      query.ofPersonId,
      query.open,
      query.after?.startedAt ?? null,
      query.after?.transactionId ?? null,
      query.count,
      query.from,
      query.to,
    ],
  );
  return rows;
}
