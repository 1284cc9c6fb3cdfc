import { insertDevice, type Device } from './devices.js';
import type { EntitlementChange } from './entitlement-log.js';
import { setFactoryState, type FactoryDevice } from './factory-devices.js';

/** NB-73: adds hardware from the factory to a location, with the credential it left with. False: its identity is taken. */
export async function bindDevice(
  change: EntitlementChange,
  device: Device,
  hardware: FactoryDevice,
  registeredBy: string,
): Promise<boolean> {
  const { client } = change;
  const secretHash = hardware.bootstrapSecretHash;
  if (!(await insertDevice(change, { ...device, secretHash, registeredBy }))) return false;
  await client.query('UPDATE devices SET bootstrap_credential = TRUE WHERE id = $1', [device.deviceId]);
  await setFactoryState(client, hardware.serial, 'claimed');
  return true;
}

/** What hardware told of itself; the device that takes its place tells its own. */
const toldTables = [
  'device_inventories',
  'device_variables',
  'device_monitors',
  'device_documents',
  'device_report_parts',
  'connector_statuses',
  'local_lists',
] as const;

/**
 * New hardware takes the place of a device: id, name, wishes, history, grants and wiring stay; how it is reached and what it
 * told of itself become the new hardware's. The old is retired. The connection number rises, so that whoever holds a
 * connection of the old hardware ends it. False: the identity is another device's.
 */
export async function replaceHardware(
  change: EntitlementChange,
  old: Device,
  hardware: FactoryDevice,
  at: Date,
): Promise<boolean> {
  const { client } = change;
  const { deviceId } = old;
  const { rowCount } = await client.query(
    `UPDATE devices SET identity = $2, secret_hash = $3, next_secret_hash = NULL, bootstrap_credential = TRUE
      WHERE id = $1 AND NOT EXISTS (SELECT FROM devices AS other WHERE other.identity = $2)`,
    [deviceId, hardware.serial, hardware.bootstrapSecretHash],
  );
  if (rowCount === 0) return false;
  await setFactoryState(client, old.identity, 'retired');
  await setFactoryState(client, hardware.serial, 'claimed');
  await client.query(
    `INSERT INTO device_connections (device_id, connection_epoch) VALUES ($1, 1)
     ON CONFLICT (device_id) DO UPDATE SET connection_epoch = device_connections.connection_epoch + 1,
       booted_at = NULL, vendor = NULL, model = NULL`,
    [deviceId],
  );
  await client.query(
    `UPDATE twins SET reported = '{}', reported_at = '{}', refusals = '{}', reported_version = reported_version + 1 WHERE device_id = $1`,
    [deviceId],
  );
  await client.query(
    'UPDATE station_certificates SET revoked_at = $2 WHERE device_id = $1 AND revoked_at IS NULL',
    [deviceId, at],
  );
  await client.query('DELETE FROM device_states WHERE device_id = $1', [deviceId]);
  for (const table of toldTables) await client.query(`DELETE FROM ${table} WHERE device_id = $1`, [deviceId]);
  await change.record('device', deviceId);
  return true;
}
