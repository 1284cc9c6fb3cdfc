import { Inject, Injectable } from '@nestjs/common';
import { afterOrder, type CampaignOrder } from '#libs/devices/firmware-campaign.js';
import type { Gate, Principal } from '#libs/gate/gate.js';
import { problem } from '#libs/platform/http/problems.js';
import { CLOCK, GATE, POOL } from '#libs/platform/tokens.js';
import { appendAudit } from '#libs/store/audit-log.js';
import { changeEntitlements } from '#libs/store/entitlement-log.js';
import {
  setCampaignState,
  skipWaiting,
  takeCampaignOn,
  type Campaign,
} from '#libs/store/firmware-campaigns.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';

/** What people tell a campaign to do; each order is in the audit of the organisation. */
@Injectable()
export class CampaignOrders {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(GATE) private readonly gate: Gate,
  ) {}

  async give(campaign: Campaign, person: Principal, order: CampaignOrder): Promise<void> {
    const { campaignId, organisationId } = campaign;
    const next = afterOrder(campaign.state, order);
    if (next === null) throw problem('campaign-step-over');
    const member = this.gate.checkOrganisation(person, 'manage-customers', organisationId);
    if (!member.ok) throw problem(member.error);
    const now = this.clock.now();
    const at = new Date(now);
    await changeEntitlements(this.pool, { actorPersonId: person.personId, at: now }, async ({ client }) => {
      if (!(await setCampaignState(client, campaign, next, at))) throw problem('campaign-step-over');
      if (next === 'running') await takeCampaignOn(client, campaignId, person.personId, at);
      if (next === 'cancelled') await skipWaiting(client, campaignId, 'cancelled', at);
      await appendAudit(
        client,
        {
          action: `firmware-campaign-${order}`,
          entitlement: `membership:${member.value.membershipId}`,
          locationId: null,
          organisationId,
          subjectId: campaignId,
          detail: { name: campaign.name },
        },
        { actorPersonId: person.personId, at },
      );
    });
  }
}
