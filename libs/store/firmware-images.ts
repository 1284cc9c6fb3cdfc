import type pg from 'pg';
import type { DeviceKind } from '#libs/contracts/observation.js';
import type { Queryable } from './pool.js';

/** Pieces an image is kept in, bytes. */
export const firmwarePiece_bytes = 262_144;

export interface FirmwareImage {
  readonly imageId: string;
  readonly organisationId: string;
  readonly kind: DeviceKind;
  /** What devices it is for call themselves; null: any. */
  readonly vendor: string | null;
  readonly model: string | null;
  readonly version: string;
  /** Where it is kept when that is not here. */
  readonly url: string | null;
  readonly token: string;
  /** Both null until an upload is complete. */
  readonly size_bytes: number | null;
  /** Lower-case hexadecimal. */
  readonly sha256: string | null;
  /** PEM and base64; both or none. */
  readonly signingCertificate: string | null;
  readonly signature: string | null;
  readonly createdAt: Date;
  readonly createdBy: string;
}

const columns = `id AS "imageId", organisation_id AS "organisationId", kind, vendor, model, version, url, token, size_bytes,
  sha256, signing_certificate AS "signingCertificate", signature, created_at AS "createdAt", created_by AS "createdBy"`;

export async function insertFirmwareImage(client: Queryable, image: FirmwareImage): Promise<void> {
  await client.query(
    `INSERT INTO firmware_images (id, organisation_id, kind, vendor, model, version, url, token, size_bytes, sha256,
       signing_certificate, signature, created_at, created_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      image.imageId,
      image.organisationId,
      image.kind,
      image.vendor,
      image.model,
      image.version,
      image.url,
      image.token,
      image.size_bytes,
      image.sha256,
      image.signingCertificate,
      image.signature,
      image.createdAt,
      image.createdBy,
    ],
  );
}

export async function firmwareImageById(client: Queryable, imageId: string): Promise<FirmwareImage | null> {
  const { rows } = await client.query<FirmwareImage>(`SELECT ${columns} FROM firmware_images WHERE id = $1`, [
    imageId,
  ]);
  return rows[0] ?? null;
}

/** Newest first, behind `after`. */
export async function firmwareImagesOf(
  client: Queryable,
  organisationId: string,
  after: { readonly createdAt: Date; readonly imageId: string } | null,
  count: number,
): Promise<readonly FirmwareImage[]> {
  const { rows } = await client.query<FirmwareImage>(
    `SELECT ${columns} FROM firmware_images
      WHERE organisation_id = $1 AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid))
      ORDER BY created_at DESC, id DESC LIMIT $4`,
    [organisationId, after?.createdAt ?? null, after?.imageId ?? null, count],
  );
  return rows;
}

/** False: a campaign needs it. */
export async function deleteFirmwareImage(client: Queryable, imageId: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `DELETE FROM firmware_images i WHERE id = $1
        AND NOT EXISTS (SELECT FROM firmware_campaigns c WHERE c.image_id = i.id)`,
    [imageId],
  );
  return rowCount === 1;
}

/** Locks an image that waits for its bytes; false when it has them, or is kept elsewhere. */
export async function lockEmptyImage(client: pg.PoolClient, imageId: string): Promise<boolean> {
  const { rowCount } = await client.query(
    'SELECT 1 FROM firmware_images WHERE id = $1 AND url IS NULL AND size_bytes IS NULL FOR UPDATE',
    [imageId],
  );
  return rowCount === 1;
}

export async function insertFirmwarePiece(
  client: Queryable,
  imageId: string,
  number: number,
  bytes: Buffer,
): Promise<void> {
  await client.query('INSERT INTO firmware_pieces (image_id, number, bytes) VALUES ($1, $2, $3)', [
    imageId,
    number,
    bytes,
  ]);
}

export async function completeFirmwareImage(
  client: Queryable,
  imageId: string,
  size_bytes: number,
  sha256: string,
): Promise<void> {
  await client.query('UPDATE firmware_images SET size_bytes = $2, sha256 = $3 WHERE id = $1', [
    imageId,
    size_bytes,
    sha256,
  ]);
}

/** The bytes from `from` up to, not including, `to`, a piece at a time. */
export async function* readFirmware(
  client: Queryable,
  imageId: string,
  from: number,
  to: number,
): AsyncGenerator<Buffer> {
  for (let at = from; at < to;) {
    const number = Math.floor(at / firmwarePiece_bytes);
    const offset = at - number * firmwarePiece_bytes;
    const length = Math.min(firmwarePiece_bytes - offset, to - at);
    const { rows } = await client.query<{ bytes: Buffer }>(
      'SELECT substr(bytes, $3, $4) AS bytes FROM firmware_pieces WHERE image_id = $1 AND number = $2',
      [imageId, number, offset + 1, length],
    );
    const bytes = rows[0]?.bytes;
    if (bytes?.length !== length)
      throw new Error(`piece ${number} of firmware image ${imageId} is not whole`);
    yield bytes;
    at += length;
  }
}
