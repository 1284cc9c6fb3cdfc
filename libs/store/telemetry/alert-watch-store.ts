import { randomUUID } from 'node:crypto';
import type { AlertMemory } from '#libs/devices/alert-conditions.js';
import type { AlertType, Condition, OpenAlert } from '#libs/devices/alert-rules.js';
import type { DeviceKind } from '#libs/devices/common-state.js';
import type { Queryable } from '../pool.js';

export interface WatchedDevice {
  readonly deviceId: string;
  readonly locationId: string;
  readonly kind: DeviceKind;
  /** Null: it was never looked at. */
  readonly memory: AlertMemory | null;
}

/** Devices that are to be looked at although they said nothing, the longest due first. */
export async function dueWatches(client: Queryable, now: Date, count: number): Promise<readonly string[]> {
  const { rows } = await client.query<{ id: string }>(
    'SELECT device_id AS id FROM alert_watches WHERE look_at <= $1 ORDER BY look_at LIMIT $2',
    [now, count],
  );
  return rows.map(({ id }) => id);
}

/** Takes the device's alerts for this transaction: one process judges them at a time. Null: there is no such device. */
export async function takeWatch(client: Queryable, deviceId: string): Promise<WatchedDevice | null> {
  await client.query(
    `INSERT INTO alert_watches (device_id, memory) SELECT id, 'null' FROM devices WHERE id = $1
     ON CONFLICT (device_id) DO NOTHING`,
    [deviceId],
  );
  const { rows } = await client.query<WatchedDevice>(
    `SELECT w.device_id AS "deviceId", d.location_id AS "locationId", d.kind, w.memory
       FROM alert_watches w JOIN devices d ON d.id = w.device_id WHERE w.device_id = $1 FOR UPDATE OF w`,
    [deviceId],
  );
  return rows[0] ?? null;
}

export async function saveWatch(
  client: Queryable,
  deviceId: string,
  memory: AlertMemory,
  lookAt: Date | null,
): Promise<void> {
  await client.query('UPDATE alert_watches SET memory = $2, look_at = $3 WHERE device_id = $1', [
    deviceId,
    JSON.stringify(memory),
    lookAt,
  ]);
}

export interface StoredOpenAlert extends OpenAlert {
  readonly alertId: string;
}

/** Open and acknowledged ones. */
export async function openAlerts(client: Queryable, deviceId: string): Promise<readonly StoredOpenAlert[]> {
  const { rows } = await client.query<{ alertId: string; type: AlertType; goneSince: Date | null }>(
    `SELECT id AS "alertId", type, gone_since AS "goneSince" FROM alerts WHERE device_id = $1 AND state <> 'cleared'`,
    [deviceId],
  );
  return rows.map((row) => ({ ...row, goneSince: row.goneSince?.getTime() ?? null }));
}

/** Answers its id. */
export async function raiseAlert(
  client: Queryable,
  { deviceId, locationId }: WatchedDevice,
  type: AlertType,
  { detail }: Condition,
  at: Date,
): Promise<string> {
  const alertId = randomUUID();
  await client.query(
    `INSERT INTO alerts (id, location_id, device_id, type, detail, raised_at) VALUES ($1, $2, $3, $4, $5, $6)`,
    [alertId, locationId, deviceId, type, JSON.stringify(detail), at],
  );
  return alertId;
}

export async function clearAlert(client: Queryable, alertId: string, at: Date): Promise<void> {
  await client.query(`UPDATE alerts SET state = 'cleared', cleared_at = $2 WHERE id = $1`, [alertId, at]);
}

export async function setGoneSince(
  client: Queryable,
  alertId: string,
  goneSince: Date | null,
): Promise<void> {
  await client.query('UPDATE alerts SET gone_since = $2 WHERE id = $1', [alertId, goneSince]);
}
