import type { DeviceSettings } from '#libs/contracts/settings.js';
import type { Pool } from './pool.js';
import { readTwin } from './twins.js';

export interface Twin {
  readonly desired: DeviceSettings;
  readonly reported: DeviceSettings;
}

/** The edge's side of the twin: it reads what people desire and writes what the device confirmed. */
export interface TwinStore {
  read(deviceId: string): Promise<Twin>;
  /** Merges what the device now says of itself; a null removes the key. */
  report(
    deviceId: string,
    settings: { readonly [Key in keyof DeviceSettings]: DeviceSettings[Key] | null },
  ): Promise<void>;
}

export class PostgresTwinStore implements TwinStore {
  constructor(private readonly pool: Pool) {}

  read(deviceId: string): Promise<Twin> {
    return readTwin(this.pool, deviceId);
  }

  async report(
    deviceId: string,
    settings: { readonly [Key in keyof DeviceSettings]: DeviceSettings[Key] | null },
  ): Promise<void> {
    // Nothing is written when nothing changes, so that the version counts changes and not messages.
    await this.pool.query(
      `INSERT INTO twins (device_id, reported, reported_version) VALUES ($1, jsonb_strip_nulls($2), 1)
       ON CONFLICT (device_id) DO UPDATE
         SET reported = jsonb_strip_nulls(twins.reported || $2), reported_version = twins.reported_version + 1
       WHERE twins.reported IS DISTINCT FROM jsonb_strip_nulls(twins.reported || $2)`,
      [deviceId, JSON.stringify(settings)],
    );
  }
}
