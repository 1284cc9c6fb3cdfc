import type { Pool } from './pool.js';

/** Which firmware of a station has been asked for its whole device model (OCPP 2.0.1 B07): once for each. */
export interface DeviceInventories {
  /** The station says which firmware it runs; empty when it does not tell. */
  booted(deviceId: string, firmwareVersion: string): Promise<void>;
  /** True for exactly one asker: the firmware it last booted with has not been asked. */
  claim(deviceId: string): Promise<boolean>;
  /** The station did not take the question: it may be asked again. */
  release(deviceId: string): Promise<void>;
}

export class PostgresDeviceInventories implements DeviceInventories {
  constructor(private readonly pool: Pool) {}

  async booted(deviceId: string, firmwareVersion: string): Promise<void> {
    await this.pool.query({
      name: 'inventory-booted',
      text: `INSERT INTO device_inventories (device_id, firmware_version) VALUES ($1, $2)
             ON CONFLICT (device_id) DO UPDATE SET firmware_version = excluded.firmware_version
               WHERE device_inventories.firmware_version <> excluded.firmware_version`,
      values: [deviceId, firmwareVersion],
    });
  }

  async claim(deviceId: string): Promise<boolean> {
    const { rowCount } = await this.pool.query({
      name: 'inventory-claim',
      text: `UPDATE device_inventories SET asked_for = firmware_version
              WHERE device_id = $1 AND asked_for IS DISTINCT FROM firmware_version`,
      values: [deviceId],
    });
    return rowCount === 1;
  }

  async release(deviceId: string): Promise<void> {
    await this.pool.query('UPDATE device_inventories SET asked_for = NULL WHERE device_id = $1', [deviceId]);
  }
}
