import type { CommandRequest, CommandState, StartAnswer } from '#libs/contracts/command.js';
import type { Pool, Queryable } from './pool.js';

/** A command as people see it. How the edge carries it is in command-queue.ts. */
export interface CommandRow {
  readonly commandId: string;
  readonly locationId: string;
  readonly deviceId: string;
  readonly request: CommandRequest;
  readonly personId: string;
  readonly entitlement: string;
  readonly state: CommandState;
  readonly answer: unknown;
  readonly reason: string | null;
  /** NB-53: of a start or stop; null where there is none. */
  readonly code: StartAnswer | null;
  readonly enqueuedAt: Date;
  readonly deadline: Date;
  readonly sentAt: Date | null;
  readonly finishedAt: Date | null;
}

const columns = `id AS "commandId", location_id AS "locationId", device_id AS "deviceId", request,
  person_id AS "personId", entitlement, state, answer, reason, code, enqueued_at AS "enqueuedAt", deadline,
  sent_at AS "sentAt", finished_at AS "finishedAt"`;

export class CommandRepository {
  constructor(private readonly pool: Pool) {}

  async byId(commandId: string): Promise<CommandRow | null> {
    const { rows } = await this.pool.query<CommandRow>(`SELECT ${columns} FROM commands WHERE id = $1`, [
      commandId,
    ]);
    return rows[0] ?? null;
  }

  /** The device it was given to, and its location; `bound`: it is still there. */
  async placeOf(
    commandId: string,
  ): Promise<{ readonly deviceId: string; readonly locationId: string; readonly bound: boolean } | null> {
    const { rows } = await this.pool.query<{ deviceId: string; locationId: string; bound: boolean }>(
      `SELECT device_id AS "deviceId", location_id AS "locationId",
              EXISTS (SELECT FROM devices WHERE devices.id = device_id) AS bound
         FROM commands WHERE id = $1`,
      [commandId],
    );
    return rows[0] ?? null;
  }

  /** Newest first, behind `after` when it is given. */
  async ofDevice(
    deviceId: string,
    after: { readonly enqueuedAt: Date; readonly commandId: string } | null,
    count: number,
  ): Promise<readonly CommandRow[]> {
    const { rows } = await this.pool.query<CommandRow>(
      `SELECT ${columns} FROM commands
        WHERE device_id = $1 AND ($2::timestamptz IS NULL OR (enqueued_at, id) < ($2, $3::uuid))
        ORDER BY enqueued_at DESC, id DESC LIMIT $4`,
      [deviceId, after?.enqueuedAt ?? null, after?.commandId ?? null, count],
    );
    return rows;
  }
}

/** Writes a command within the transaction that checked the right to give it. Called by the gate only. */
export async function insertCommand(
  client: Queryable,
  command: CommandRow,
  /** The version of the twin that its wish made; null: it wished nothing. */
  wishVersion: number | null,
): Promise<void> {
  await client.query(
    `INSERT INTO commands (id, location_id, device_id, request, person_id, entitlement, state, enqueued_at, deadline,
       wish_version)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      command.commandId,
      command.locationId,
      command.deviceId,
      JSON.stringify(command.request),
      command.personId,
      command.entitlement,
      command.state,
      command.enqueuedAt,
      command.deadline,
      wishVersion,
    ],
  );
}

/** Ends a command that still waits. Answers its wish's version (null: it had none), or undefined when it waits no more. */
export async function cancelCommand(
  client: Queryable,
  commandId: string,
  reason: string,
  at: Date,
): Promise<number | null | undefined> {
  const { rows } = await client.query<{ wishVersion: number | null }>(
    `UPDATE commands SET state = 'cancelled', reason = $2, finished_at = $3
      WHERE id = $1 AND state = 'queued' RETURNING wish_version AS "wishVersion"`,
    [commandId, reason, at],
  );
  return rows[0]?.wishVersion;
}
