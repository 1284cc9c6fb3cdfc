import { Inject, Injectable } from '@nestjs/common';
import { problem } from '#libs/platform/http/problems.js';
import { connected } from '#libs/store/connections.js';
import { tell } from '#libs/store/inbox.js';
import { objectsOf } from '#libs/store/share-objects.js';
import { insertShare, shareById, type ShareRow } from '#libs/store/share-requests.js';
import { sharedGrant, type SharedGrant } from '#libs/store/shared-grants.js';
import type { PersonId } from '#libs/units/identifiers.js';
import { Changes, requireOrganisationRight, type Work } from '../changes.js';
import { endShared, lockedAgainst } from './grant-ends.js';
import { SHARE_CONFIG, type ShareConfig } from './share-config.js';
import { handledShare, nextOf, shareAfter, takeStep } from './share-steps.js';

/** Taking back what was shared: one access, or a whole share (5D, CS-21 to CS-24, CS-29, CS-33). */
@Injectable()
export class ShareRevocations {
  constructor(
    @Inject(Changes) private readonly changes: Changes,
    @Inject(SHARE_CONFIG) private readonly config: ShareConfig,
  ) {}

  /** By the organisation that gave it, or by one further up the chain. */
  async revokeGrant(actor: PersonId, organisationId: string, grantId: string): Promise<void> {
    const touched = await this.changes.run(actor, async (work) => {
      const { grant, entitlement } = await this.givenGrant(work, organisationId, grantId);
      this.requireOpen(work, grant);
      return endShared(work, grant, 'revoked', entitlement);
    });
    await this.announce(touched);
  }

  /** CS-33: ends what still can be ended and stops what is not taken over; what is locked stays. */
  async revokeShare(actor: PersonId, organisationId: string, shareId: string): Promise<ShareRow> {
    const { share, touched } = await this.changes.run(actor, async (work) => {
      const handled = await handledShare(work, organisationId, shareId);
      if (handled.share.state === 'revoked' && handled.side === 'counterparty') {
        return { share: handled.share, touched: [] };
      }
      const objects = await objectsOf(work.client, shareId);
      const open: SharedGrant[] = [];
      for (const { grantId, endedAt } of objects) {
        const grant = endedAt === null ? await sharedGrant(work.client, grantId) : null;
        if (grant && !lockedAgainst(grant, this.config, work.now)) open.push(grant);
      }
      const waiting = objects.some((object) => object.waiting > 0);
      const next = nextOf(handled, {
        type: 'revoke',
        endsSomething: objects.length === 0 || open.length > 0 || waiting,
      });
      const touched = new Set<string>();
      for (const grant of open) {
        for (const id of await endShared(work, grant, 'revoked', handled.entitlement)) touched.add(id);
      }
      await work.client.query(
        `UPDATE share_items SET state = 'stopped' WHERE share_id = $1 AND state IN ('offered', 'chosen')`,
        [shareId],
      );
      await takeStep(work, handled, next, { ended: open.length, kept: objects.length - open.length });
      return { share: await shareAfter(work, shareId), touched: [...touched] };
    });
    await this.announce(touched);
    return share;
  }

  /**
   * CS-31: takes the access back and opens a new request for its object in the grantee's name, in one transaction; the
   * old one stays in the history. By whom it comes from, for the next role is his to choose.
   */
  async replace(actor: PersonId, organisationId: string, grantId: string): Promise<ShareRow> {
    const { share, touched } = await this.changes.run(actor, async (work) => {
      const { grant, entitlement } = await this.givenGrant(work, organisationId, grantId);
      const before = grant.shareId === null ? null : await shareById(work.client, grant.shareId);
      if (!before || grant.grantorId !== organisationId) throw problem('not-found');
      this.requireOpen(work, grant);
      if (!(await connected(work.client, 'sharing', grant.granteeId, grant.grantorId))) {
        throw problem('not-connected');
      }
      const touched = await endShared(work, grant, 'replaced', entitlement);
      const shareId = await insertShare(
        work.client,
        {
          state: 'requested',
          failedIn: null,
          connectionId: before.connectionId,
          requesterId: grant.granteeId,
          grantorId: grant.grantorId,
          level: grant.kind,
          name: before.name,
          message: before.message,
          replacesGrantId: grantId,
        },
        work.by,
      );
      const entry = {
        kind: 'share-reopened',
        subjectId: shareId,
        detail: { name: before.name, from: grant.grantorName },
      };
      await tell(work.client, grant.granteeId, entry, work.by.at);
      await work.audit({
        action: 'share-requested',
        entitlement,
        organisationId,
        subjectId: shareId,
        detail: { name: before.name, level: grant.kind, replaces: grantId },
      });
      return { share: await shareAfter(work, shareId), touched };
    });
    await this.announce(touched);
    return share;
  }

  /** CS-30: refused, but only to those who may know of the access. */
  async refuseRole(actor: PersonId, organisationId: string, grantId: string): Promise<never> {
    await this.changes.run(actor, async (work) => {
      await requireOrganisationRight(work, 'evaluate-shares', organisationId);
      const grant = await sharedGrant(work.client, grantId);
      if (!grant || ![...grant.grantorIds, grant.granteeId].includes(organisationId))
        throw problem('not-found');
    });
    throw problem('role-not-editable');
  }

  private async givenGrant(
    work: Work,
    organisationId: string,
    grantId: string,
  ): Promise<{ readonly grant: SharedGrant; readonly entitlement: string }> {
    const { entitlement } = await requireOrganisationRight(work, 'evaluate-shares', organisationId);
    const grant = await sharedGrant(work.client, grantId);
    if (grant?.grantorIds.includes(organisationId)) return { grant, entitlement };
    // Its holder knows of it, and may only give it up.
    throw problem(grant?.granteeId === organisationId ? 'forbidden' : 'not-found');
  }

  private requireOpen(work: Work, grant: SharedGrant): void {
    if (lockedAgainst(grant, this.config, work.now)) throw problem('grant-locked');
  }

  private async announce(locationIds: readonly string[]): Promise<void> {
    await Promise.all(locationIds.map((id) => this.changes.announce(id)));
  }
}
