import type pg from 'pg';
import { deviceSettingsSchema, type DeviceSettings } from '#libs/contracts/settings.js';
import { emptyTwin, type Twin } from '#libs/devices/twin.js';
import type { Queryable } from './pool.js';

/** A twin with its settings as the contract knows them; other rooms keep keys of their own among the reported ones. */
export type TwinRow = Omit<Twin, 'desired' | 'reported'> & {
  readonly desired: DeviceSettings;
  readonly reported: DeviceSettings;
};

const columns = `desired, desired_version AS "desiredVersion", wishes, refusals, reported,
  reported_version AS "reportedVersion", reported_at AS "reportedAt"`;

/** A twin as people see it; a device nobody wished anything of has an empty one. */
export async function readTwin(client: Queryable, deviceId: string): Promise<TwinRow> {
  const { rows } = await client.query<Twin>(`SELECT ${columns} FROM twins WHERE device_id = $1`, [deviceId]);
  return typed(rows[0] ?? emptyTwin);
}

/**
 * Applies a pure change to a twin, alone: two changes of one twin wait for each other. Runs within the transaction of
 * `client`; answers the twin before and after it.
 */
export async function changeTwin(
  client: pg.PoolClient,
  deviceId: string,
  change: (twin: Twin) => Twin,
): Promise<{ readonly before: Twin; readonly after: Twin }> {
  await client.query('INSERT INTO twins (device_id) VALUES ($1) ON CONFLICT DO NOTHING', [deviceId]);
  const { rows } = await client.query<Twin>(`SELECT ${columns} FROM twins WHERE device_id = $1 FOR UPDATE`, [
    deviceId,
  ]);
  const before = rows[0] ?? emptyTwin;
  const after = change(before);
  if (after !== before) await save(client, deviceId, after);
  return { before, after };
}

async function save(client: Queryable, deviceId: string, twin: Twin): Promise<void> {
  await client.query(
    `UPDATE twins SET desired = $2, desired_version = $3, wishes = $4, refusals = $5, reported = $6,
            reported_version = $7, reported_at = $8 WHERE device_id = $1`,
    [
      deviceId,
      JSON.stringify(twin.desired),
      twin.desiredVersion,
      JSON.stringify(twin.wishes),
      JSON.stringify(twin.refusals),
      JSON.stringify(twin.reported),
      twin.reportedVersion,
      JSON.stringify(twin.reportedAt),
    ],
  );
}

export const typed = (twin: Twin): TwinRow => ({
  ...twin,
  desired: deviceSettingsSchema.parse(twin.desired),
  reported: deviceSettingsSchema.parse(twin.reported),
});
