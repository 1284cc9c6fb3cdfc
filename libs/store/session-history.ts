import type { RegisterReading } from '#libs/devices/session-energy.js';
import type { Queryable } from './pool.js';

export interface SessionRow {
  readonly transactionId: number;
  readonly deviceId: string;
  readonly deviceName: string | null;
  readonly connector: number;
  readonly idToken: string;
  /** What the location calls the token; null: nothing, or it has none of that kind. */
  readonly tokenLabel: string | null;
  /** Who began it by a command; null: somebody with a card. */
  readonly personId: string | null;
  readonly personName: string | null;
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
  readonly deviceId: string | null;
  readonly idToken: string | null;
  readonly open: boolean | null;
  /** Only sessions that began in this time, half-open; null: no bound. NB-52. */
  readonly from: Date | null;
  readonly to: Date | null;
}

export interface SessionPosition {
  readonly startedAt: Date;
  readonly transactionId: number;
}

/** The remote start `c` that began a session `t`: its token, to that charger, within the ten minutes before. */
export const sessionStarter = `SELECT c.person_id FROM commands c
   WHERE c.device_id = t.device_id AND c.request->>'action' = 'remote-start' AND c.request->>'idToken' = t.id_token
     AND c.enqueued_at BETWEEN t.start_received_at - INTERVAL '10 minutes' AND t.start_received_at`;

const condition = `t.location_id = $1
  AND ($2::text IS NULL OR EXISTS (${sessionStarter} AND c.person_id = $2))
  AND ($3::boolean IS NULL OR (t.ended_at IS NULL) = $3)
  AND ($4::timestamptz IS NULL OR t.start_received_at >= $4)
  AND ($5::timestamptz IS NULL OR t.start_received_at < $5)
  AND ($6::uuid IS NULL OR t.device_id = $6) AND ($7::text IS NULL OR t.id_token = $7)`;

const valuesOf = (query: SessionQuery): readonly unknown[] => [
  query.locationId,
  query.ofPersonId,
  query.open,
  query.from,
  query.to,
  query.deviceId,
  query.idToken,
];

/** Charging sessions, newest first, behind `after`. */
export async function listSessions(
  client: Queryable,
  query: SessionQuery,
  after: SessionPosition | null,
  count: number,
): Promise<readonly SessionRow[]> {
  const { rows } = await client.query<SessionRow>(
    `SELECT t.id AS "transactionId", t.device_id AS "deviceId", d.name AS "deviceName", t.connector,
            t.id_token AS "idToken", k.label AS "tokenLabel", by.person_id AS "personId", u.name AS "personName",
            t.started_at AS "startedAt", t.ended_at AS "endedAt", t.meter_start_wh AS "meterStart_Wh",
            t.meter_stop_wh AS "meterStop_Wh", t.stop_reason AS "stopReason"
       FROM charging_transactions t
       LEFT JOIN devices d ON d.id = t.device_id
       LEFT JOIN id_tokens k ON k.location_id = t.location_id AND k.token = t.id_token
       LEFT JOIN LATERAL (${sessionStarter} ORDER BY c.enqueued_at DESC LIMIT 1) by ON true
       LEFT JOIN identity."user" u ON u.id = by.person_id
      WHERE ${condition} AND ($8::timestamptz IS NULL OR (t.started_at, t.id) < ($8, $9::integer))
      ORDER BY t.started_at DESC, t.id DESC LIMIT $10`,
    [...valuesOf(query), after?.startedAt ?? null, after?.transactionId ?? null, count],
  );
  return rows;
}

export async function countSessions(client: Queryable, query: SessionQuery): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*) AS count FROM charging_transactions t WHERE ${condition}`,
    [...valuesOf(query)],
  );
  return rows[0]?.count ?? 0;
}

/** What the registers showed during these sessions, a quarter of an hour each: what prices need. */
export async function sessionReadings(
  client: Queryable,
  transactionIds: readonly number[],
): Promise<ReadonlyMap<number, readonly RegisterReading[]>> {
  const { rows } = await client.query<{ id: number; at: Date; energy_Wh: number }>(
    `SELECT t.id, max(r.minute) AS at, max(r.energy_wh_last) AS "energy_Wh"
       FROM charging_transactions t
       JOIN readings_1m r ON r.device_id = t.device_id AND r.connector = t.connector
        AND r.minute > t.started_at AND r.minute < t.ended_at AND r.energy_wh_last IS NOT NULL
      WHERE t.id = ANY($1::integer[])
      GROUP BY t.id, date_bin('15 minutes', r.minute, TIMESTAMPTZ 'epoch')`,
    [transactionIds],
  );
  const readings = new Map<number, RegisterReading[]>();
  for (const { id, at, energy_Wh } of rows)
    readings.set(id, [...(readings.get(id) ?? []), { at: at.getTime(), energy_Wh }]);
  return readings;
}
