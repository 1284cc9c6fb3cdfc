import type { DeviceState } from '#libs/devices/device-state.js';
import type { Queryable } from './pool.js';
import { wholeState } from './telemetry/whole-state.js';

/** The latest stored states of a location's devices, by device; a device that never spoke is absent. */
export async function statesOfLocation(
  client: Queryable,
  locationId: string,
): Promise<ReadonlyMap<string, DeviceState>> {
  const { rows } = await client.query<{ id: string; state: DeviceState }>(
    `SELECT device_id AS id, state FROM device_states WHERE location_id = $1`,
    [locationId],
  );
  return new Map(rows.map((row) => [row.id, wholeState(row.state)]));
}
