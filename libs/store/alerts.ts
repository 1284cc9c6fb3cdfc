import type { AlertType } from '#libs/devices/alert-rules.js';
import type { Queryable } from './pool.js';

export const alertStates = ['open', 'acknowledged', 'cleared'] as const;
export type AlertState = (typeof alertStates)[number];

export interface AlertRow {
  readonly alertId: string;
  readonly locationId: string;
  readonly locationName: string;
  readonly deviceId: string;
  readonly deviceName: string;
  readonly type: AlertType;
  readonly state: AlertState;
  readonly detail: Readonly<Record<string, string | number | null>>;
  readonly raisedAt: Date;
  readonly acknowledgedAt: Date | null;
  readonly acknowledgedBy: string | null;
  readonly clearedAt: Date | null;
}

const columns = `a.id AS "alertId", a.location_id AS "locationId", l.name AS "locationName", a.device_id AS "deviceId",
  d.name AS "deviceName", a.type, a.state, a.detail, a.raised_at AS "raisedAt", a.acknowledged_at AS "acknowledgedAt",
  a.acknowledged_by AS "acknowledgedBy", a.cleared_at AS "clearedAt"`;
const source = `FROM alerts a JOIN devices d ON d.id = a.device_id JOIN locations l ON l.id = a.location_id`;

export async function alertById(client: Queryable, alertId: string): Promise<AlertRow | null> {
  const { rows } = await client.query<AlertRow>(`SELECT ${columns} ${source} WHERE a.id = $1`, [alertId]);
  return rows[0] ?? null;
}

export interface AlertQuery {
  readonly locationId: string;
  readonly state: AlertState | null;
  readonly type: string | null;
  readonly deviceId: string | null;
  /** NB-52: none raised before. */
  readonly from: Date | null;
  readonly after: { readonly raisedAt: Date; readonly alertId: string } | null;
  readonly count: number;
}

/** Newest first. */
export async function listAlerts(client: Queryable, query: AlertQuery): Promise<readonly AlertRow[]> {
  const { rows } = await client.query<AlertRow>(
    `SELECT ${columns} ${source}
      WHERE a.location_id = $1 AND ($2::text IS NULL OR a.state = $2) AND ($3::text IS NULL OR a.type = $3)
        AND ($4::uuid IS NULL OR a.device_id = $4) AND ($5::timestamptz IS NULL OR a.raised_at >= $5)
        AND ($6::timestamptz IS NULL OR (a.raised_at, a.id) < ($6, $7::uuid))
      ORDER BY a.raised_at DESC, a.id DESC LIMIT $8`,
    [
      query.locationId,
      query.state,
      query.type,
      query.deviceId,
      query.from,
      query.after?.raisedAt ?? null,
      query.after?.alertId ?? null,
      query.count,
    ],
  );
  return rows;
}

/** Somebody has taken it on. False: it is not open any more. */
export async function acknowledgeAlert(
  client: Queryable,
  alertId: string,
  personId: string,
  at: Date,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE alerts SET state = 'acknowledged', acknowledged_at = $3, acknowledged_by = $2
      WHERE id = $1 AND state = 'open'`,
    [alertId, personId, at],
  );
  return rowCount === 1;
}
