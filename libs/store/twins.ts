import { deviceSettingsSchema, type DeviceSettings } from '#libs/contracts/settings.js';
import type { Queryable } from './pool.js';

/** A twin as people see it; a device nobody wished anything of has an empty one. */
export interface TwinRow {
  readonly desired: DeviceSettings;
  readonly desiredVersion: number;
  readonly reported: DeviceSettings;
  readonly reportedVersion: number;
}

export async function readTwin(client: Queryable, deviceId: string): Promise<TwinRow> {
  const { rows } = await client.query<{
    desired: unknown;
    desiredVersion: number;
    reported: unknown;
    reportedVersion: number;
  }>(
    `SELECT desired, desired_version AS "desiredVersion", reported, reported_version AS "reportedVersion"
       FROM twins WHERE device_id = $1`,
    [deviceId],
  );
  const [row] = rows;
  return {
    desired: deviceSettingsSchema.parse(row?.desired ?? {}),
    desiredVersion: row?.desiredVersion ?? 0,
    // Other rooms keep keys of their own among the reported ones; the schema leaves those out.
    reported: deviceSettingsSchema.parse(row?.reported ?? {}),
    reportedVersion: row?.reportedVersion ?? 0,
  };
}
