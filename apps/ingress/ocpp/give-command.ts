import { randomUUID } from 'node:crypto';
import type { CommandRequest } from '#libs/contracts/command.js';
import type { Pool } from '#libs/store/pool.js';
import type { IngressHarness, SeededDevice } from '../ingress-harness.js';

export interface EndedCommand {
  readonly state: string;
  readonly answer: Record<string, unknown> | null;
  readonly reason: string | null;
  /** The whole row as text: what must not be kept is not in it. */
  readonly row: string;
}

/** How long a command of a test may wait for its charger. */
const deadline_ms = 20_000;

/** Puts a command where the gate puts it and wakes the edge; `ended` answers null until it has ended. */
export async function giveCommand(
  edge: Pick<IngressHarness, 'bus'>,
  pool: Pool,
  device: Pick<SeededDevice, 'deviceId' | 'siteId'>,
  request: CommandRequest,
): Promise<{ ended(): Promise<EndedCommand | null> }> {
  const { deviceId, siteId } = device;
  const commandId = randomUUID();
  const now = Date.now();
  await pool.query(
    `INSERT INTO commands (id, location_id, device_id, request, person_id, entitlement, enqueued_at, deadline)
     VALUES ($1, $2, $3, $4, 'p', 'owner', $5, $6)`,
    [commandId, siteId, deviceId, request, new Date(now), new Date(now + deadline_ms)],
  );
  await edge.bus.publish('commands', {
    commandId,
    siteId,
    deviceId,
    request,
    proof: { personId: 'p', entitlement: 'owner' },
    enqueuedAt: now,
    deadline: now + deadline_ms,
  });
  return {
    ended: async () => {
      const { rows } = await pool.query<EndedCommand>(
        'SELECT state, answer, reason, commands::text AS row FROM commands WHERE id = $1',
        [commandId],
      );
      const [command] = rows;
      return command && command.state !== 'queued' && command.state !== 'sent' ? command : null;
    },
  };
}
