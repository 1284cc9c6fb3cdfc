import type { CommandRequest, CommandState } from '#libs/contracts/command.js';
import type { SettingsPatch } from '#libs/contracts/settings.js';
import { inTransaction, type Pool, type Queryable } from './pool.js';

/** What is asked of every device of a bulk. */
export type BulkWork =
  | { readonly kind: 'command'; readonly request: CommandRequest; readonly timeout_ms: number }
  | { readonly kind: 'settings'; readonly settings: SettingsPatch };

export interface BulkCommand {
  readonly bulkId: string;
  readonly personId: string;
  readonly work: BulkWork;
  readonly createdAt: Date;
}

export interface BulkItem {
  readonly deviceId: string;
  readonly state: 'waiting' | 'admitted' | 'denied';
  /** Known before it is given, so that giving it twice is giving it once. */
  readonly commandId: string;
  readonly denial: string | null;
  /** Of the command; null until it is admitted, and for settings. */
  readonly commandState: CommandState | null;
  readonly reason: string | null;
}

/** One device's part of a bulk, taken by a worker. */
export interface TakenItem {
  readonly bulk: BulkCommand;
  readonly ordinal: number;
  readonly deviceId: string;
  readonly commandId: string;
}

interface BulkRow {
  readonly bulkId: string;
  readonly personId: string;
  readonly request: CommandRequest | null;
  readonly settings: SettingsPatch | null;
  readonly timeout_ms: number;
  readonly createdAt: Date;
}

const columns = `b.id AS "bulkId", b.person_id AS "personId", b.request, b.settings, b.timeout_ms, b.created_at AS "createdAt"`;

export class BulkCommandRepository {
  constructor(private readonly pool: Pool) {}

  async insert(
    bulk: BulkCommand,
    devices: readonly { readonly deviceId: string; readonly commandId: string }[],
  ): Promise<void> {
    const { work } = bulk;
    await inTransaction(this.pool, async (client) => {
      await client.query(
        `INSERT INTO bulk_commands (id, person_id, request, settings, timeout_ms, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)`,
        [
          bulk.bulkId,
          bulk.personId,
          work.kind === 'command' ? JSON.stringify(work.request) : null,
          work.kind === 'settings' ? JSON.stringify(work.settings) : null,
          work.kind === 'command' ? work.timeout_ms : 0,
          bulk.createdAt,
        ],
      );
      await client.query(
        `INSERT INTO bulk_command_items (bulk_id, ordinal, device_id, state, command_id)
         SELECT $1, ordinal, device_id, 'waiting', command_id
           FROM unnest($2::uuid[], $3::uuid[]) WITH ORDINALITY AS given (device_id, command_id, ordinal)`,
        [bulk.bulkId, devices.map(({ deviceId }) => deviceId), devices.map(({ commandId }) => commandId)],
      );
    });
  }

  async byId(bulkId: string): Promise<BulkCommand | null> {
    const { rows } = await this.pool.query<BulkRow>(`SELECT ${columns} FROM bulk_commands b WHERE id = $1`, [
      bulkId,
    ]);
    return rows[0] ? fromRow(rows[0]) : null;
  }

  /** A person's own, newest first, behind `after` when it is given. */
  async ofPerson(
    personId: string,
    after: { readonly createdAt: Date; readonly bulkId: string } | null,
    count: number,
  ): Promise<readonly BulkCommand[]> {
    const { rows } = await this.pool.query<BulkRow>(
      `SELECT ${columns} FROM bulk_commands b
        WHERE person_id = $1 AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid))
        ORDER BY created_at DESC, id DESC LIMIT $4`,
      [personId, after?.createdAt ?? null, after?.bulkId ?? null, count],
    );
    return rows.map(fromRow);
  }

  /** In the order they were asked for. */
  async items(bulkId: string): Promise<readonly BulkItem[]> {
    const { rows } = await this.pool.query<BulkItem>(
      `SELECT i.device_id AS "deviceId", i.state, i.command_id AS "commandId", i.denial,
              c.state AS "commandState", c.reason
         FROM bulk_command_items i LEFT JOIN commands c ON c.id = i.command_id
        WHERE i.bulk_id = $1 ORDER BY i.ordinal`,
      [bulkId],
    );
    return rows;
  }

  /** Denies what nobody has given yet. */
  async denyWaiting(bulkId: string, denial: string): Promise<void> {
    await this.pool.query(
      `UPDATE bulk_command_items SET state = 'denied', denial = $2 WHERE bulk_id = $1 AND state = 'waiting'`,
      [bulkId, denial],
    );
  }
}

/**
 * Takes waiting items for the length of the transaction, oldest bulk first; nobody else takes the same. A worker that dies
 * lets them go.
 */
export async function takeWaiting(client: Queryable, count: number): Promise<readonly TakenItem[]> {
  const { rows } = await client.query<BulkRow & { ordinal: number; deviceId: string; commandId: string }>(
    `SELECT ${columns}, i.ordinal, i.device_id AS "deviceId", i.command_id AS "commandId"
       FROM bulk_command_items i JOIN bulk_commands b ON b.id = i.bulk_id
      WHERE i.state = 'waiting' ORDER BY b.created_at, b.id, i.ordinal LIMIT $1 FOR UPDATE OF i SKIP LOCKED`,
    [count],
  );
  return rows.map((row) => ({
    bulk: fromRow(row),
    ordinal: row.ordinal,
    deviceId: row.deviceId,
    commandId: row.commandId,
  }));
}

/** @param denial the code of why not; null: it was given. */
export async function settleItem(client: Queryable, item: TakenItem, denial: string | null): Promise<void> {
  await client.query(
    `UPDATE bulk_command_items SET state = $3, denial = $4 WHERE bulk_id = $1 AND ordinal = $2`,
    [item.bulk.bulkId, item.ordinal, denial === null ? 'admitted' : 'denied', denial],
  );
}

function fromRow(row: BulkRow): BulkCommand {
  const { bulkId, personId, request, settings, timeout_ms, createdAt } = row;
  if (request) return { bulkId, personId, createdAt, work: { kind: 'command', request, timeout_ms } };
  if (settings) return { bulkId, personId, createdAt, work: { kind: 'settings', settings } };
  throw new Error(`bulk ${bulkId} asks for nothing`);
}
