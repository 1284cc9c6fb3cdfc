import type { Queryable } from './pool.js';

export type ExportFormat = 'csv' | 'xlsx';

export interface ExportJob {
  readonly exportId: string;
  readonly locationId: string;
  readonly personId: string;
  readonly entitlement: string;
  readonly ownOnly: boolean;
  readonly format: ExportFormat;
  readonly from: Date;
  readonly to: Date;
  readonly state: 'queued' | 'running' | 'ready' | 'failed';
  readonly reason: string | null;
  /** Written so far, and how many there are. */
  readonly sessions: number;
  readonly total: number | null;
  readonly requestedAt: Date;
  readonly expiresAt: Date;
}

const columns = `id AS "exportId", location_id AS "locationId", person_id AS "personId", entitlement, own_only AS "ownOnly",
  format, from_at AS "from", to_at AS "to", state, reason, sessions, total, requested_at AS "requestedAt",
  expires_at AS "expiresAt"`;

export async function insertExport(client: Queryable, job: ExportJob): Promise<void> {
  await client.query(
    `INSERT INTO exports (id, location_id, person_id, entitlement, own_only, format, from_at, to_at, requested_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      job.exportId,
      job.locationId,
      job.personId,
      job.entitlement,
      job.ownOnly,
      job.format,
      job.from,
      job.to,
      job.requestedAt,
      job.expiresAt,
    ],
  );
}

export async function exportById(client: Queryable, exportId: string, now: Date): Promise<ExportJob | null> {
  const { rows } = await client.query<ExportJob>(
    `SELECT ${columns} FROM exports WHERE id = $1 AND expires_at > $2`,
    [exportId, now],
  );
  return rows[0] ?? null;
}

/** The next job that nobody works on, or whose process has been silent since `silentSince`; it begins anew. */
export async function takeExport(client: Queryable, now: Date, silentSince: Date): Promise<ExportJob | null> {
  const { rows } = await client.query<ExportJob>(
    `UPDATE exports SET state = 'running', touched_at = $1, sessions = 0, total = NULL
      WHERE id = (SELECT id FROM exports
                   WHERE (state = 'queued' OR (state = 'running' AND touched_at < $2)) AND expires_at > $1
                   ORDER BY requested_at LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING ${columns}`,
    [now, silentSince],
  );
  const [job] = rows;
  if (job) await client.query('DELETE FROM export_pieces WHERE export_id = $1', [job.exportId]);
  return job ?? null;
}

export async function addExportPiece(
  client: Queryable,
  exportId: string,
  piece: { readonly number: number; readonly bytes: Buffer },
): Promise<void> {
  await client.query('INSERT INTO export_pieces (export_id, number, bytes) VALUES ($1, $2, $3)', [
    exportId,
    piece.number,
    piece.bytes,
  ]);
}

export async function touchExport(
  client: Queryable,
  exportId: string,
  sessions: number,
  total: number,
  now: Date,
): Promise<void> {
  await client.query('UPDATE exports SET sessions = $2, total = $3, touched_at = $4 WHERE id = $1', [
    exportId,
    sessions,
    total,
    now,
  ]);
}

export async function endExport(client: Queryable, exportId: string, reason: string | null): Promise<void> {
  await client.query('UPDATE exports SET state = $2, reason = $3 WHERE id = $1', [
    exportId,
    reason === null ? 'ready' : 'failed',
    reason,
  ]);
}

/** Files go when their time is over. */
export async function deleteExpiredExports(client: Queryable, now: Date): Promise<void> {
  await client.query('DELETE FROM exports WHERE expires_at <= $1', [now]);
}

/** The file, a piece at a time. */
export async function* readExport(client: Queryable, exportId: string): AsyncGenerator<Buffer> {
  for (let number = 0; ; number++) {
    const { rows } = await client.query<{ bytes: Buffer }>(
      'SELECT bytes FROM export_pieces WHERE export_id = $1 AND number = $2',
      [exportId, number],
    );
    const [piece] = rows;
    if (!piece) return;
    yield piece.bytes;
  }
}
