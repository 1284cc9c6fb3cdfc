import type { DeviceKind } from '#libs/contracts/observation.js';
import type { EntitlementChange } from './entitlement-log.js';
import type { Queryable } from './pool.js';

export interface Device {
  readonly deviceId: string;
  readonly locationId: string;
  readonly kind: DeviceKind;
  /** What it calls itself on the wire; unique over all locations. */
  readonly identity: string;
  readonly name: string;
  readonly createdAt: Date;
}

export interface NewDevice extends Device {
  readonly secretHash: string;
  readonly registeredBy: string | null;
}

const columns = `id AS "deviceId", location_id AS "locationId", kind, identity, name, created_at AS "createdAt"`;

/** The devices as people manage them. What the edge needs of them is in device-registry.ts. */
export class DeviceRepository {
  constructor(private readonly pool: Queryable) {}

  async byId(deviceId: string): Promise<Device | null> {
    const { rows } = await this.pool.query<Device>(`SELECT ${columns} FROM devices WHERE id = $1`, [
      deviceId,
    ]);
    return rows[0] ?? null;
  }

  async ofLocation(locationId: string): Promise<readonly Device[]> {
    const { rows } = await this.pool.query<Device>(
      `SELECT ${columns} FROM devices WHERE location_id = $1 ORDER BY name, id`,
      [locationId],
    );
    return rows;
  }

  async countsOf(locationIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const { rows } = await this.pool.query<{ id: string; count: number }>(
      `SELECT location_id AS id, count(*) AS count FROM devices WHERE location_id = ANY($1) GROUP BY location_id`,
      [locationIds],
    );
    return new Map(rows.map((row) => [row.id, row.count]));
  }

  async setSecret(deviceId: string, secretHash: string): Promise<void> {
    await this.pool.query(`UPDATE devices SET secret_hash = $2, bootstrap_credential = FALSE WHERE id = $1`, [
      deviceId,
      secretHash,
    ]);
  }
}

/** Adds the device. False: the identity is another's. */
export async function insertDevice(change: EntitlementChange, device: NewDevice): Promise<boolean> {
  const { rowCount } = await change.client.query(
    `INSERT INTO devices (id, location_id, kind, identity, name, secret_hash, created_at, registered_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (identity) DO NOTHING`,
    [
      device.deviceId,
      device.locationId,
      device.kind,
      device.identity,
      device.name,
      device.secretHash,
      device.createdAt,
      device.registeredBy,
    ],
  );
  if (rowCount === 0) return false;
  await change.record('device', device.deviceId);
  return true;
}
