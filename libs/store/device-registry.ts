import type { DeviceKind } from '#libs/contracts/observation.js';
import type { Pool } from './pool.js';
import type { SecurityProfile } from './station-security.js';

export interface RegisteredDevice {
  readonly deviceId: string;
  readonly siteId: string;
  readonly kind: DeviceKind;
  /** What it calls itself on the wire. */
  readonly identity: string;
  readonly name: string;
  /** Null: it cannot connect yet. */
  readonly secretHash: string | null;
  /** A credential that was sent to it and not used yet; it lets the device in as well. */
  readonly nextSecretHash: string | null;
  /** It still has the credential it left the factory with, and is to be given one of its own. */
  readonly bootstrapCredential: boolean;
  /** The least it must prove to be let in. */
  readonly securityProfile: SecurityProfile;
}

/** What a device says it is. */
export interface Product {
  readonly vendor: string;
  readonly model: string;
}

export interface Connection {
  /** Rises with every accepted connection of the device, across processes. */
  readonly connectionEpoch: number;
  /** It has had a BootNotification accepted on some earlier connection. */
  readonly bootedBefore: boolean;
  /** What it said it is at its last boot. */
  readonly product: Product | null;
}

export type IdTokenStatus = 'Accepted' | 'Blocked' | 'Expired' | 'Invalid' | 'ConcurrentTx';

/** What a location says of a token. */
export interface TokenInfo {
  readonly status: IdTokenStatus;
  /** Tokens of one group stop each other's transactions; null: it is in none. */
  readonly groupToken: string | null;
  /** Milliseconds since the epoch; null: it does not end. */
  readonly expiresAt: number | null;
}

/** What the edge must know of a device to let it in. */
export interface DeviceRegistry {
  find(identity: string): Promise<RegisteredDevice | null>;
  /** By id, for whoever has something to say of a device that is not connected. */
  byId(deviceId: string): Promise<RegisteredDevice | null>;
  /** The new credential was used: from now on it is the only one. */
  takeNextSecret(deviceId: string): Promise<void>;
  certificateRevoked(deviceId: string, serialNumber: string): Promise<boolean>;
  openConnection(deviceId: string): Promise<Connection>;
  recordBoot(deviceId: string, at: number, product: Product): Promise<void>;
  /** Those of the given connections that a newer one, perhaps on another instance, has replaced, or whose device is gone. */
  replaced(connections: readonly { deviceId: string; connectionEpoch: number }[]): Promise<readonly string[]>;
  /**
   * What the device's location says of a token. A token that a person's remote start sent to this very device after
   * `remoteStartSince` is accepted too: the gate admitted that person. A blocked token stays blocked.
   */
  idTokenInfo(
    device: { deviceId: string; siteId: string },
    token: string,
    remoteStartSince: number,
  ): Promise<TokenInfo>;
}

const columns = `id AS "deviceId", location_id AS "siteId", kind, identity, name, secret_hash AS "secretHash",
                 next_secret_hash AS "nextSecretHash", bootstrap_credential AS "bootstrapCredential", security_profile AS "securityProfile"`;

export class PostgresDeviceRegistry implements DeviceRegistry {
  constructor(private readonly pool: Pool) {}

  async find(identity: string): Promise<RegisteredDevice | null> {
    const { rows } = await this.pool.query<RegisteredDevice>({
      name: 'device-find',
      text: `SELECT ${columns} FROM devices WHERE identity = $1`,
      values: [identity],
    });
    return rows[0] ?? null;
  }

  async byId(deviceId: string): Promise<RegisteredDevice | null> {
    const { rows } = await this.pool.query<RegisteredDevice>(`SELECT ${columns} FROM devices WHERE id = $1`, [
      deviceId,
    ]);
    return rows[0] ?? null;
  }

  async takeNextSecret(deviceId: string): Promise<void> {
    await this.pool.query(
      `UPDATE devices SET secret_hash = next_secret_hash, next_secret_hash = NULL, bootstrap_credential = FALSE
        WHERE id = $1 AND next_secret_hash IS NOT NULL`,
      [deviceId],
    );
  }

  async certificateRevoked(deviceId: string, serialNumber: string): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `SELECT FROM station_certificates WHERE device_id = $1 AND serial_number = $2 AND revoked_at IS NOT NULL`,
      [deviceId, serialNumber],
    );
    return rowCount === 1;
  }

  async openConnection(deviceId: string): Promise<Connection> {
    const { rows } = await this.pool.query<Connection>({
      name: 'device-open-connection',
      text: `INSERT INTO device_connections (device_id, connection_epoch) VALUES ($1, 1)
             ON CONFLICT (device_id) DO UPDATE SET connection_epoch = device_connections.connection_epoch + 1
             RETURNING connection_epoch AS "connectionEpoch", booted_at IS NOT NULL AS "bootedBefore",
                       CASE WHEN vendor IS NOT NULL
                         THEN jsonb_build_object('vendor', vendor, 'model', coalesce(model, '')) END AS product`,
      values: [deviceId],
    });
    const [connection] = rows;
    if (!connection) throw new Error(`device ${deviceId} has no connection row`);
    return connection;
  }

  async recordBoot(deviceId: string, at: number, { vendor, model }: Product): Promise<void> {
    await this.pool.query(
      `UPDATE device_connections SET booted_at = $2, vendor = $3, model = $4 WHERE device_id = $1`,
      [deviceId, new Date(at), vendor, model],
    );
  }

  async replaced(
    connections: readonly { deviceId: string; connectionEpoch: number }[],
  ): Promise<readonly string[]> {
    if (connections.length === 0) return [];
    const { rows } = await this.pool.query<{ device_id: string }>(
      `SELECT mine.device_id
         FROM unnest($1::uuid[], $2::bigint[]) AS mine (device_id, connection_epoch)
         LEFT JOIN device_connections AS known USING (device_id)
        WHERE known.device_id IS NULL OR known.connection_epoch > mine.connection_epoch`,
      [connections.map((each) => each.deviceId), connections.map((each) => each.connectionEpoch)],
    );
    return rows.map((row) => row.device_id);
  }

  async idTokenInfo(
    device: { deviceId: string; siteId: string },
    token: string,
    remoteStartSince: number,
  ): Promise<TokenInfo> {
    const { rows } = await this.pool.query<{ info: TokenInfo }>({
      name: 'device-id-token',
      // A charger asks without a connector (OCPP 1.6 6.1, OCPP 2.0.1 C01).
      text: 'SELECT id_token_info_at($1, $2, NULL, $3, $4) AS info',
      values: [device.siteId, device.deviceId, token, new Date(remoteStartSince)],
    });
    const [row] = rows;
    if (!row) throw new Error('the database said nothing of a token');
    return row.info;
  }
}
