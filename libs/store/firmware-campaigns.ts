import type { CampaignState, DailyWindow, Stage } from '#libs/devices/firmware-campaign.js';
import type { FirmwareUpdateState } from '#libs/devices/firmware-update.js';
import type { Queryable } from './pool.js';

/** As a campaign was set up; durations in seconds, minutes of the local day. */
export interface StoredCampaignRules {
  readonly stages: readonly Stage[];
  readonly atOnce: number;
  /** Null: at any time. */
  readonly window: DailyWindow | null;
  readonly abortShare_percent: number;
  readonly retries: number;
  readonly retryPause_s: number;
  readonly offlinePatience_s: number;
}

export interface Campaign {
  readonly campaignId: string;
  readonly organisationId: string;
  readonly imageId: string;
  readonly name: string;
  readonly state: CampaignState;
  readonly rules: StoredCampaignRules;
  readonly startedBy: string | null;
  readonly forgiven: number;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

const columns = `id AS "campaignId", organisation_id AS "organisationId", image_id AS "imageId", name, state, rules,
  started_by AS "startedBy", forgiven, created_at AS "createdAt", created_by AS "createdBy", started_at AS "startedAt",
  ended_at AS "endedAt"`;

/** Devices take their turns in the order given. */
export async function insertCampaign(
  client: Queryable,
  campaign: Campaign,
  deviceIds: readonly string[],
): Promise<void> {
  await client.query(
    `INSERT INTO firmware_campaigns (id, organisation_id, image_id, name, state, rules, created_at, created_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      campaign.campaignId,
      campaign.organisationId,
      campaign.imageId,
      campaign.name,
      campaign.state,
      JSON.stringify(campaign.rules),
      campaign.createdAt,
      campaign.createdBy,
    ],
  );
  await client.query(
    `INSERT INTO firmware_campaign_devices (campaign_id, device_id, position, since, not_before)
     SELECT $1, device_id, position, $3, $3 FROM unnest($2::uuid[]) WITH ORDINALITY AS listed (device_id, position)`,
    [campaign.campaignId, deviceIds, campaign.createdAt],
  );
}

export async function campaignById(client: Queryable, campaignId: string): Promise<Campaign | null> {
  const { rows } = await client.query<Campaign>(`SELECT ${columns} FROM firmware_campaigns WHERE id = $1`, [
    campaignId,
  ]);
  return rows[0] ?? null;
}

/** Newest first, behind `after`. */
export async function campaignsOf(
  client: Queryable,
  organisationId: string,
  after: { readonly createdAt: Date; readonly campaignId: string } | null,
  count: number,
): Promise<readonly Campaign[]> {
  const { rows } = await client.query<Campaign>(
    `SELECT ${columns} FROM firmware_campaigns
      WHERE organisation_id = $1 AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid))
      ORDER BY created_at DESC, id DESC LIMIT $4`,
    [organisationId, after?.createdAt ?? null, after?.campaignId ?? null, count],
  );
  return rows;
}

/** Those that have something to follow: devices underway, or turns to come. */
export async function campaignsToFollow(client: Queryable): Promise<readonly string[]> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM firmware_campaigns c
      WHERE state = 'running'
         OR (state IN ('paused', 'halted', 'cancelled') AND EXISTS (
               SELECT FROM firmware_campaign_devices d
                WHERE d.campaign_id = c.id AND d.state NOT IN ('waiting', 'done', 'failed', 'skipped')))
      ORDER BY started_at, id`,
  );
  return rows.map(({ id }) => id);
}

/** From the state it was read in; false: somebody was faster. */
export async function setCampaignState(
  client: Queryable,
  campaign: Pick<Campaign, 'campaignId' | 'state'>,
  next: CampaignState,
  at: Date,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE firmware_campaigns
        SET state = $3, ended_at = CASE WHEN $3 IN ('completed', 'cancelled') THEN $4::timestamptz END
      WHERE id = $1 AND state = $2`,
    [campaign.campaignId, campaign.state, next, at],
  );
  return rowCount === 1;
}

/** The person in whose name it goes on, and that what failed so far was looked at. */
export async function takeCampaignOn(
  client: Queryable,
  campaignId: string,
  personId: string,
  at: Date,
): Promise<void> {
  await client.query(
    `UPDATE firmware_campaigns SET started_by = $2, started_at = coalesce(started_at, $3),
            forgiven = (SELECT count(*) FROM firmware_campaign_devices WHERE campaign_id = $1 AND state = 'failed')
      WHERE id = $1`,
    [campaignId, personId, at],
  );
}

/** Nobody will be offered anything any more. */
export async function skipWaiting(
  client: Queryable,
  campaignId: string,
  reason: string,
  at: Date,
): Promise<void> {
  await client.query(
    `UPDATE firmware_campaign_devices SET state = 'skipped', reason = $2, since = $3
      WHERE campaign_id = $1 AND state = 'waiting'`,
    [campaignId, reason, at],
  );
}

/** How many devices are in each state. */
export async function campaignCounts(
  client: Queryable,
  campaignIds: readonly string[],
): Promise<ReadonlyMap<string, Readonly<Partial<Record<FirmwareUpdateState, number>>>>> {
  const { rows } = await client.query<{ id: string; counts: Record<string, number> }>(
    `SELECT campaign_id AS id, jsonb_object_agg(state, number) AS counts
       FROM (SELECT campaign_id, state, count(*) AS number FROM firmware_campaign_devices
              WHERE campaign_id = ANY($1) GROUP BY campaign_id, state) AS counted
      GROUP BY campaign_id`,
    [campaignIds],
  );
  return new Map(rows.map(({ id, counts }) => [id, counts]));
}
