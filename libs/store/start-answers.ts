import type { CommandMessage, CommandState, StartAnswer } from '#libs/contracts/command.js';
import type { Queryable } from './pool.js';

/**
 * NB-53: the answer to a start or stop in one stable word. A charger only says Accepted or Rejected (OCPP 1.6 6.34); why it
 * declined is read from what is known of its connector.
 */
export class StartAnswers {
  constructor(private readonly client: Queryable) {}

  /** Notes it in the command that is about to end in this state. */
  async note({ commandId, deviceId, siteId, request }: CommandMessage, state: CommandState): Promise<void> {
    if (request.action !== 'remote-start' && request.action !== 'remote-stop') return;
    const code = await this.codeOf(deviceId, siteId, request, state);
    if (code === null) return;
    await this.client.query(`UPDATE commands SET code = $2 WHERE id = $1 AND state IN ('queued', 'sent')`, [
      commandId,
      code,
    ]);
  }

  private async codeOf(
    deviceId: string,
    siteId: string,
    request: Extract<CommandMessage['request'], { action: 'remote-start' | 'remote-stop' }>,
    state: CommandState,
  ): Promise<StartAnswer | null> {
    if (state === 'accepted') return 'SUCCESS';
    if (state === 'dropped') return 'PERMISSION_DENIED';
    if (state !== 'rejected' || request.action === 'remote-stop') return null;
    const { rows } = await this.client.query<Record<'failed' | 'denied' | 'occupied' | 'disabled', boolean>>(
      `WITH known AS (
         SELECT (told->>'connector')::integer AS connector, told->>'status' AS status
           FROM device_states, jsonb_array_elements(state->'connectors') AS told WHERE device_id = $1
       )
       SELECT residual_current_failed($1, $2) AS failed,
              EXISTS (SELECT FROM id_tokens WHERE location_id = $3 AND token = $4 AND status <> 'Accepted') AS denied,
              EXISTS (SELECT FROM known WHERE connector IN (0, $2) AND status IN ('Unavailable', 'Faulted')) AS disabled,
              EXISTS (SELECT FROM known WHERE connector = $2 AND status = 'Reserved')
                OR EXISTS (SELECT FROM charging_transactions
                            WHERE device_id = $1 AND connector = $2 AND ended_at IS NULL) AS occupied`,
      [deviceId, request.connector, siteId, request.idToken],
    );
    const [row] = rows;
    if (row?.failed) return 'RCD_CHECK_FAILED';
    if (row?.denied) return 'PERMISSION_DENIED';
    if (row?.disabled) return 'DISABLED';
    return row?.occupied ? 'OCCUPIED_BY_OTHERS' : null;
  }
}
