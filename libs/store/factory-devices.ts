import type { DeviceKind } from '#libs/contracts/observation.js';
import { verifyDeviceSecret } from './device-secret.js';
import type { Queryable } from './pool.js';

export type FactoryState = 'manufactured' | 'claimed' | 'retired';

/** Hardware as it left the factory. */
export interface FactoryDevice {
  readonly serial: string;
  /** Keyed: it says nothing without the key of our processes. */
  readonly pinHash: Buffer;
  readonly kind: DeviceKind;
  readonly model: string;
  readonly bootstrapSecretHash: string;
  readonly state: FactoryState;
  readonly wrongPins: number;
  readonly importedAt: Date;
}

export interface NewFactoryDevice extends Pick<FactoryDevice, 'serial' | 'pinHash' | 'kind' | 'model'> {
  readonly bootstrapSecretHash: string;
}

/** T1: from here on no PIN opens it until an operator says so. */
export const lockingWrongPins = 100;

const columns = `serial, pin_hash AS "pinHash", kind, model, bootstrap_secret_hash AS "bootstrapSecretHash", state,
                 wrong_pins AS "wrongPins", imported_at AS "importedAt"`;

export async function factoryDevice(client: Queryable, serial: string): Promise<FactoryDevice | null> {
  const { rows } = await client.query<FactoryDevice>(
    `SELECT ${columns} FROM factory_devices WHERE serial = $1`,
    [serial],
  );
  return rows[0] ?? null;
}

/** Those of the serials that are known, kept from changing until the transaction ends. */
export async function lockFactoryDevices(
  client: Queryable,
  serials: readonly string[],
): Promise<ReadonlyMap<string, FactoryDevice>> {
  const { rows } = await client.query<FactoryDevice>(
    `SELECT ${columns} FROM factory_devices WHERE serial = ANY($1) ORDER BY serial FOR UPDATE`,
    [serials],
  );
  return new Map(rows.map((row) => [row.serial, row]));
}

export async function insertFactoryDevices(
  client: Queryable,
  devices: readonly NewFactoryDevice[],
  by: { readonly personId: string; readonly at: Date },
): Promise<void> {
  await client.query(
    `INSERT INTO factory_devices (serial, pin_hash, kind, model, bootstrap_secret_hash, imported_at, imported_by)
     SELECT serial, pin_hash, kind, model, secret, $6, $7
       FROM unnest($1::text[], $2::bytea[], $3::text[], $4::text[], $5::text[]) AS new (serial, pin_hash, kind, model, secret)`,
    [
      devices.map(({ serial }) => serial),
      devices.map(({ pinHash }) => pinHash),
      devices.map(({ kind }) => kind),
      devices.map(({ model }) => model),
      devices.map(({ bootstrapSecretHash }) => bootstrapSecretHash),
      by.at,
      by.personId,
    ],
  );
}

/** Whether a device that was imported before is told of in the same way; null: no secret was given this time. */
export const isSameFactoryDevice = (
  known: FactoryDevice,
  told: Pick<FactoryDevice, 'pinHash' | 'kind' | 'model'> & { readonly bootstrapSecret: string | null },
): boolean =>
  known.kind === told.kind &&
  known.model === told.model &&
  known.pinHash.equals(told.pinHash) &&
  (told.bootstrapSecret === null || verifyDeviceSecret(told.bootstrapSecret, known.bootstrapSecretHash));

/** Somebody gave a wrong PIN. */
export async function countWrongPin(client: Queryable, serial: string): Promise<void> {
  await client.query(
    'UPDATE factory_devices SET wrong_pins = least(wrong_pins + 1, 1000000) WHERE serial = $1',
    [serial],
  );
}

export async function forgetWrongPins(client: Queryable, serial: string): Promise<void> {
  await client.query('UPDATE factory_devices SET wrong_pins = 0 WHERE serial = $1 AND wrong_pins > 0', [
    serial,
  ]);
}

/** A serial that the factory never told of has no state. */
export async function setFactoryState(client: Queryable, serial: string, state: FactoryState): Promise<void> {
  await client.query('UPDATE factory_devices SET state = $2 WHERE serial = $1', [serial, state]);
}
