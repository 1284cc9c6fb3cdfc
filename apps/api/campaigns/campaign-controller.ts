import { randomUUID } from 'node:crypto';
import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { campaignRoutes as routes } from '#libs/contracts/http/campaign-routes.js';
import { firmwareUpdateStates } from '#libs/devices/firmware-update.js';
import { decodeCursor, encodeCursor, pageOf } from '#libs/platform/http/cursor.js';
import { problem } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteAnswer, RouteRequest } from '#libs/platform/http/route-request.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import { campaignDevices, type CampaignDevice } from '#libs/store/campaign-devices.js';
import {
  campaignById,
  campaignCounts,
  campaignsOf,
  insertCampaign,
  type Campaign,
} from '#libs/store/firmware-campaigns.js';
import { firmwareImageById, type FirmwareImage } from '#libs/store/firmware-images.js';
import { inTransaction, type Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import { addressOf } from './firmware-controller.js';
import { CampaignOrders } from './campaign-orders.js';
import { CampaignSelection } from './campaign-selection.js';
import { PublicAddress } from './public-address.js';

type View = RouteAnswer<typeof routes.getCampaign>;

@Controller()
export class CampaignController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(PublicAddress) private readonly address: PublicAddress,
    @Inject(CampaignSelection) private readonly selection: CampaignSelection,
    @Inject(CampaignOrders) private readonly orders: CampaignOrders,
  ) {}

  @Route(routes.createCampaign)
  async create({ person, params, body }: RouteRequest<typeof routes.createCampaign>): Promise<View> {
    const { organisationId } = params;
    const image = await firmwareImageById(this.pool, body.imageId);
    if (image?.organisationId !== organisationId) throw problem('not-found');
    if (image.size_bytes === null) throw problem('image-incomplete');
    if (addressOf(image, this.address.base()) === null) throw problem('no-public-address');
    const deviceIds = await this.selection.resolve(person, organisationId, image.kind, body);
    const campaign: Campaign = {
      campaignId: randomUUID(),
      organisationId,
      imageId: image.imageId,
      name: body.name,
      state: 'draft',
      rules: body.rules,
      startedBy: null,
      forgiven: 0,
      createdAt: new Date(this.clock.now()),
      createdBy: person.personId,
      startedAt: null,
      endedAt: null,
    };
    await inTransaction(this.pool, (client) => insertCampaign(client, campaign, deviceIds));
    return this.one(campaign);
  }

  @Route(routes.listCampaigns)
  async list({ params, query }: RouteRequest<typeof routes.listCampaigns>) {
    const after = decodeCursor('campaigns', [z.number(), z.uuid()], query.cursor);
    const position = after && { createdAt: new Date(after[0]), campaignId: after[1] };
    const rows = await campaignsOf(this.pool, params.organisationId, position, query.limit + 1);
    const views = new Map((await this.views(rows)).map((view) => [view.campaignId, view]));
    return pageOf(
      rows,
      query.limit,
      ({ campaignId }) => views.get(campaignId)!,
      (row) => encodeCursor('campaigns', [row.createdAt.getTime(), row.campaignId]),
    );
  }

  @Route(routes.getCampaign)
  async get({ params }: RouteRequest<typeof routes.getCampaign>): Promise<View> {
    return this.one(await this.read(params));
  }

  @Route(routes.listCampaignDevices)
  async listDevices({ params, query }: RouteRequest<typeof routes.listCampaignDevices>) {
    const { campaignId } = await this.read(params);
    const after = decodeCursor('campaign-devices', [z.number().int()], query.cursor);
    const rows = await campaignDevices(this.pool, campaignId, after?.[0] ?? 0, query.limit + 1);
    return pageOf(rows, query.limit, deviceView, (row) => encodeCursor('campaign-devices', [row.position]));
  }

  @Route(routes.orderCampaign)
  async order({ person, params, body }: RouteRequest<typeof routes.orderCampaign>): Promise<View> {
    await this.orders.give(await this.read(params), person, body.order);
    return this.one(await this.read(params));
  }

  private async read(params: { organisationId: string; campaignId: string }): Promise<Campaign> {
    const campaign = await campaignById(this.pool, params.campaignId);
    if (campaign?.organisationId !== params.organisationId) throw problem('not-found');
    return campaign;
  }

  private async one(campaign: Campaign): Promise<View> {
    const [view] = await this.views([campaign]);
    if (!view) throw problem('not-found');
    return view;
  }

  private async views(campaigns: readonly Campaign[]): Promise<readonly View[]> {
    const counts = await campaignCounts(
      this.pool,
      campaigns.map(({ campaignId }) => campaignId),
    );
    const images = new Map<string, FirmwareImage | null>();
    for (const { imageId } of campaigns)
      if (!images.has(imageId)) images.set(imageId, await firmwareImageById(this.pool, imageId));
    return campaigns.map((campaign) => ({
      campaignId: campaign.campaignId,
      imageId: campaign.imageId,
      version: images.get(campaign.imageId)?.version ?? '',
      name: campaign.name,
      state: campaign.state,
      rules: { ...campaign.rules, stages: [...campaign.rules.stages] },
      counts: Object.fromEntries(
        firmwareUpdateStates.map((state) => [state, counts.get(campaign.campaignId)?.[state] ?? 0]),
      ),
      createdAt: campaign.createdAt.toISOString(),
      startedAt: campaign.startedAt?.toISOString() ?? null,
      endedAt: campaign.endedAt?.toISOString() ?? null,
    }));
  }
}

const deviceView = ({
  deviceId,
  name,
  state,
  reason,
  attempt,
  interruptions,
  since,
  commandId,
}: CampaignDevice) => ({
  deviceId,
  name,
  state,
  reason,
  attempt,
  interruptions,
  since: since.toISOString(),
  commandId,
});
