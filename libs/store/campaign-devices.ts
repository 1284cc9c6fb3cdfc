import type { CommonState, DeviceKind } from '#libs/devices/common-state.js';
import type { CommandState } from '#libs/contracts/command.js';
import type { FirmwareUpdateState } from '#libs/devices/firmware-update.js';
import type { Queryable } from './pool.js';

/** A device of a campaign, with what its turn is judged by. */
export interface CampaignDevice {
  readonly deviceId: string;
  readonly name: string;
  readonly kind: DeviceKind;
  readonly locationId: string;
  readonly timeZone: string;
  readonly position: number;
  readonly state: FirmwareUpdateState;
  readonly attempt: number;
  readonly interruptions: number;
  readonly reason: string | null;
  readonly since: Date;
  readonly notBefore: Date;
  readonly requestId: number | null;
  readonly nextRequestId: number | null;
  readonly commandId: string | null;
  readonly commandState: CommandState | null;
  readonly commandEndedAt: Date | null;
  readonly eventId: number;
  readonly lastHeardAt: CommonState['lastHeardAt'];
  readonly connection: CommonState['connection'];
  readonly product: CommonState['product'];
}

const columns = `cd.device_id AS "deviceId", d.name, d.kind, d.location_id AS "locationId", l.time_zone AS "timeZone",
  cd.position, cd.state, cd.attempt, cd.interruptions, cd.reason, cd.since, cd.not_before AS "notBefore",
  cd.request_id AS "requestId", cd.next_request_id AS "nextRequestId", cd.command_id AS "commandId",
  c.state AS "commandState", c.finished_at AS "commandEndedAt", cd.event_id AS "eventId", s.state->'lastHeardAt' AS "lastHeardAt",
  s.state->'connection' AS connection, s.state->'product' AS product`;
const source = `FROM firmware_campaign_devices cd JOIN devices d ON d.id = cd.device_id
  JOIN locations l ON l.id = d.location_id LEFT JOIN device_states s ON s.device_id = cd.device_id
  LEFT JOIN commands c ON c.id = cd.command_id`;

/** In the order of their turns, behind `after`. */
export async function campaignDevices(
  client: Queryable,
  campaignId: string,
  after: number,
  count: number | null,
): Promise<readonly CampaignDevice[]> {
  const { rows } = await client.query<CampaignDevice>(
    `SELECT ${columns} ${source} WHERE cd.campaign_id = $1 AND cd.position > $2 ORDER BY cd.position LIMIT $3`,
    [campaignId, after, count],
  );
  return rows;
}

export type StoredProgress = Pick<
  CampaignDevice,
  | 'deviceId'
  | 'state'
  | 'attempt'
  | 'interruptions'
  | 'reason'
  | 'since'
  | 'notBefore'
  | 'requestId'
  | 'eventId'
>;

/** What became of a device; the number of the offer that was to be made next is used up. */
export async function storeProgress(
  client: Queryable,
  campaignId: string,
  progress: StoredProgress,
  commandId: string | null,
): Promise<void> {
  await client.query(
    `UPDATE firmware_campaign_devices
        SET state = $3, attempt = $4, interruptions = $5, reason = $6, since = $7, not_before = $8, request_id = $9,
            event_id = $10, command_id = $11, next_request_id = NULL
      WHERE campaign_id = $1 AND device_id = $2`,
    [
      campaignId,
      progress.deviceId,
      progress.state,
      progress.attempt,
      progress.interruptions,
      progress.reason,
      progress.since,
      progress.notBefore,
      progress.requestId,
      progress.eventId,
      commandId,
    ],
  );
}

/** Takes a number for the next offer, and what the device told before it is none of its business; null: it is at another update. */
export async function prepareOffer(
  client: Queryable,
  campaignId: string,
  deviceId: string,
): Promise<{ readonly requestId: number; readonly eventId: number } | null> {
  const { rows } = await client.query<{ requestId: number; eventId: number }>(
    `UPDATE firmware_campaign_devices cd
        SET next_request_id = nextval('firmware_request_ids'),
            event_id = coalesce((SELECT max(id) FROM device_events WHERE device_id = $2), 0)
      WHERE campaign_id = $1 AND device_id = $2 AND state = 'waiting'
        AND NOT EXISTS (SELECT FROM firmware_campaign_devices other
             WHERE other.device_id = $2 AND other.state NOT IN ('waiting', 'done', 'failed', 'skipped'))
      RETURNING next_request_id AS "requestId", event_id AS "eventId"`,
    [campaignId, deviceId],
  );
  return rows[0] ?? null;
}

/** The command of an offer that was made before we could note it. */
export async function offeredCommand(client: Queryable, requestId: number): Promise<string | null> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM commands WHERE request->>'action' = 'update-firmware' AND (request->>'requestId')::integer = $1`,
    [requestId],
  );
  return rows[0]?.id ?? null;
}

export interface FirmwareEvent {
  readonly eventId: number;
  readonly deviceId: string;
  readonly type: 'firmware-notice' | 'booted';
  readonly receivedAt: Date;
  readonly detail: {
    readonly code?: string;
    readonly requestId?: number | null;
    readonly firmwareVersion?: string | null;
  };
}

/** What these devices told of firmware since, in order. */
export async function firmwareEvents(
  client: Queryable,
  devices: readonly Pick<CampaignDevice, 'deviceId' | 'eventId'>[],
): Promise<readonly FirmwareEvent[]> {
  const { rows } = await client.query<FirmwareEvent>(
    `SELECT e.id AS "eventId", e.device_id AS "deviceId", e.type, e.received_at AS "receivedAt", e.detail
       FROM unnest($1::uuid[], $2::bigint[]) AS known (device_id, event_id)
       JOIN device_events e ON e.device_id = known.device_id AND e.id > known.event_id
      WHERE e.type IN ('firmware-notice', 'booted') ORDER BY e.id`,
    [devices.map(({ deviceId }) => deviceId), devices.map(({ eventId }) => eventId)],
  );
  return rows;
}
