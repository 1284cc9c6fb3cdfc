import type { DeviceState } from '#libs/devices/device-state.js';
import type { Queryable } from '../pool.js';
import { wholeState } from './whole-state.js';

export interface DeviceStateRow {
  readonly deviceId: string;
  readonly locationId: string;
  readonly state: DeviceState;
  readonly updatedAt: Date;
}

/** The latest state of each device as libs/devices reduced it. */
export class DeviceStateStore {
  constructor(private readonly client: Queryable) {}

  async load(deviceId: string): Promise<DeviceState | null> {
    const { rows } = await this.client.query<{ state: DeviceState }>(
      'SELECT state FROM device_states WHERE device_id = $1',
      [deviceId],
    );
    return rows[0] ? wholeState(rows[0].state) : null;
  }

  async byLocation(locationId: string): Promise<readonly DeviceStateRow[]> {
    const { rows } = await this.client.query<DeviceStateRow>(
      `SELECT device_id AS "deviceId", location_id AS "locationId", state, updated_at AS "updatedAt"
         FROM device_states WHERE location_id = $1 ORDER BY device_id`,
      [locationId],
    );
    return rows.map((row) => ({ ...row, state: wholeState(row.state) }));
  }

  /** Writes many states in one statement; each device at most once in `rows`. */
  async save(rows: readonly DeviceStateRow[]): Promise<void> {
    // Always in the same order, so that two processes that save the same devices wait for each other instead of deadlocking.
    const ordered = rows.toSorted((a, b) => (a.deviceId < b.deviceId ? -1 : 1));
    await this.client.query({
      name: 'save-device-states',
      text: `INSERT INTO device_states (device_id, location_id, state, updated_at)
             SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::jsonb[], $4::timestamptz[])
             ON CONFLICT (device_id) DO UPDATE SET
               location_id = excluded.location_id, state = excluded.state, updated_at = excluded.updated_at`,
      values: [
        ordered.map(({ deviceId }) => deviceId),
        ordered.map(({ locationId }) => locationId),
        ordered.map(({ state }) => JSON.stringify(state)),
        ordered.map(({ updatedAt }) => updatedAt),
      ],
    });
  }
}
