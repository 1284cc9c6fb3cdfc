import type { CommandMessage, CommandState } from '#libs/contracts/command.js';
import { commandRequestSchema } from '#libs/contracts/command.js';
import type { Pool } from './pool.js';

export type FinalState = Exclude<CommandState, 'queued' | 'sent'>;

export interface CommandEnd {
  readonly state: FinalState;
  /** The device's verbatim answer, null when there was none. */
  readonly answer: unknown;
  /** Our own sentence where the answer does not speak for itself. */
  readonly reason: string | null;
  readonly at: number;
}

/** A command that the sweep ended. */
export interface SweptCommand {
  readonly commandId: string;
  readonly siteId: string;
  readonly state: 'expired' | 'failed';
}

/**
 * The edge's side of the commands: every change of state is one update guarded by the state before it, so that two
 * processes that hold the same command send it once and end it once. Rows are written by the gate.
 */
export interface CommandQueue {
  /** Oldest first, at most `count`. */
  queued(deviceId: string, count: number): Promise<readonly CommandMessage[]>;
  /** The command with this id when it was sent to this device and waits for its answer. */
  sentTo(deviceId: string, commandId: string): Promise<CommandMessage | null>;
  /** queued -> sent. False: somebody else took it, or it has ended. */
  markSent(commandId: string, at: number): Promise<boolean>;
  /** sent or queued (`from`) -> final. False: it was not in that state any more. */
  end(commandId: string, from: 'queued' | 'sent', end: CommandEnd): Promise<boolean>;
  /** The command with this id when it was sent to this device and failed without an answer. */
  failed(deviceId: string, commandId: string): Promise<CommandMessage | null>;
  /** Writes what a device said after its command had failed; once. */
  noteLate(commandId: string, answer: unknown, reason: string): Promise<void>;
  /** Ends what balancers and hubs were sent before `sentBefore` and have not answered; MQTT has no timeout of its own. */
  sweepUnanswered(now: number, sentBefore: number): Promise<readonly SweptCommand[]>;
  /** Ends what nobody carries any more: queued past its deadline, or sent and unanswered by `unansweredBefore`. */
  sweep(now: number, unansweredBefore: number): Promise<readonly SweptCommand[]>;
}

const columns = 'id, location_id, device_id, request, person_id, entitlement, enqueued_at, deadline';

interface Row {
  id: string;
  location_id: string;
  device_id: string;
  request: unknown;
  person_id: string;
  entitlement: string;
  enqueued_at: Date;
  deadline: Date;
}

const messageOf = (row: Row): CommandMessage => ({
  commandId: row.id,
  siteId: row.location_id,
  deviceId: row.device_id,
  request: commandRequestSchema.parse(row.request),
  proof: { personId: row.person_id, entitlement: row.entitlement },
  enqueuedAt: row.enqueued_at.getTime(),
  deadline: row.deadline.getTime(),
});

export class PostgresCommandQueue implements CommandQueue {
  constructor(private readonly pool: Pool) {}

  async queued(deviceId: string, count: number): Promise<readonly CommandMessage[]> {
    const { rows } = await this.pool.query<Row>(
      `SELECT ${columns}
         FROM commands WHERE device_id = $1 AND state = 'queued' ORDER BY sequence LIMIT $2`,
      [deviceId, count],
    );
    return rows.map(messageOf);
  }

  async sentTo(deviceId: string, commandId: string): Promise<CommandMessage | null> {
    // What a device calls a command may be any text; ours are UUIDs.
    const { rows } = await this.pool.query<Row>(
      `SELECT ${columns}
         FROM commands WHERE device_id = $1 AND id::text = $2 AND state = 'sent'`,
      [deviceId, commandId],
    );
    return rows[0] ? messageOf(rows[0]) : null;
  }

  async markSent(commandId: string, at: number): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `UPDATE commands SET state = 'sent', sent_at = $2 WHERE id = $1 AND state = 'queued'`,
      [commandId, new Date(at)],
    );
    return rowCount === 1;
  }

  async end(commandId: string, from: 'queued' | 'sent', end: CommandEnd): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `UPDATE commands SET state = $3, answer = $4, reason = $5, finished_at = $6 WHERE id = $1 AND state = $2`,
      [
        commandId,
        from,
        end.state,
        end.answer === null ? null : JSON.stringify(end.answer),
        end.reason,
        new Date(end.at),
      ],
    );
    return rowCount === 1;
  }

  async failed(deviceId: string, commandId: string): Promise<CommandMessage | null> {
    const { rows } = await this.pool.query<Row>(
      `SELECT ${columns} FROM commands
        WHERE device_id = $1 AND id::text = $2 AND state = 'failed' AND sent_at IS NOT NULL AND answer IS NULL`,
      [deviceId, commandId],
    );
    return rows[0] ? messageOf(rows[0]) : null;
  }

  async noteLate(commandId: string, answer: unknown, reason: string): Promise<void> {
    await this.pool.query(
      `UPDATE commands SET answer = $2, reason = $3 WHERE id = $1 AND state = 'failed' AND answer IS NULL`,
      [commandId, JSON.stringify(answer), reason],
    );
  }

  async sweepUnanswered(now: number, sentBefore: number): Promise<readonly SweptCommand[]> {
    const { rows } = await this.pool.query<SweptCommand>(
      `UPDATE commands
          SET state = 'failed', finished_at = $1,
              reason = 'The device did not answer in time; it may or may not have carried the command out.'
        WHERE state = 'sent' AND sent_at < $2
          AND device_id IN (SELECT id FROM devices WHERE kind IN ('balancer', 'hub'))
        RETURNING id AS "commandId", location_id AS "siteId", state`,
      [new Date(now), new Date(sentBefore)],
    );
    return rows;
  }

  async sweep(now: number, unansweredBefore: number): Promise<readonly SweptCommand[]> {
    const { rows } = await this.pool.query<SweptCommand>(
      `UPDATE commands
          SET state = CASE state WHEN 'queued' THEN 'expired' ELSE 'failed' END,
              reason = CASE state
                WHEN 'queued' THEN 'The device was not reachable before the deadline, so the command was not sent.'
                ELSE 'The command was sent but its answer was lost; the device may or may not have carried it out.'
              END,
              finished_at = $1
        WHERE (state = 'queued' AND deadline < $1) OR (state = 'sent' AND sent_at < $2 AND deadline < $1)
        RETURNING id AS "commandId", location_id AS "siteId", state`,
      [new Date(now), new Date(unansweredBefore)],
    );
    return rows;
  }
}
