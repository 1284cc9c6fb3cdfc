import { Inject, Injectable } from '@nestjs/common';
import { leadingRoles } from '#libs/entitlements/role.js';
import { problem } from '#libs/platform/http/problems.js';
import { takeLocationOut } from '#libs/store/grant-narrowing.js';
import { endGrant, liveGrant, revokeGrant } from '#libs/store/grants.js';
import { insertLocation, setPartnersMayShare, type NewLocation } from '#libs/store/locations.js';
import { membersOf } from '#libs/store/organisations.js';
import { locationsUnder, sharedGrant } from '#libs/store/shared-grants.js';
import type { PersonId } from '#libs/units/identifiers.js';
import { Changes, requireRight } from './changes.js';
import { lockedAgainst } from './shares/grant-ends.js';
import { SHARE_CONFIG, type ShareConfig } from './shares/share-config.js';
import { settleHubAccess } from './hubs/settle.js';

/** Locations, and the end of what was granted at them (5D). */
@Injectable()
export class Sharing {
  constructor(
    @Inject(Changes) private readonly changes: Changes,
    @Inject(SHARE_CONFIG) private readonly config: ShareConfig,
  ) {}

  createLocation(actor: PersonId, location: NewLocation): Promise<string> {
    return this.changes.run(actor, async (work) => {
      const organisationId = location.installedByOrganisationId;
      if (organisationId !== null) {
        // NB-07: an organisation one is not a member of does not exist.
        const members = await membersOf(work.client, organisationId);
        if (!members.some((member) => member.personId === actor)) throw problem('unknown-organisation');
      }
      const locationId = await insertLocation(work.change, location, work.by);
      await work.audit({
        action: 'location-created',
        locationId,
        ...(organisationId === null ? {} : { organisationId }),
        subjectId: locationId,
      });
      return locationId;
    });
  }

  /** 5D: the owner removes anybody at any time; whoever acts for a grantor is bound by its lock (CS-21). */
  async setPolicy(actor: PersonId, locationId: string, partnersMayShare: boolean): Promise<void> {
    await this.changes.run(actor, async (work) => {
      const { decision, entitlement } = await requireRight(work, 'revoke', locationId);
      if (decision.extent !== 'all') throw problem('forbidden');
      await setPartnersMayShare(work.change, locationId, partnersMayShare);
      await work.audit({
        action: 'sharing-policy-changed',
        entitlement,
        locationId,
        subjectId: locationId,
        detail: { partnersMayShare },
      });
    });
    await this.changes.announce(locationId);
  }

  async revokeGrant(actor: PersonId, grant: { locationId: string; grantId: string }): Promise<void> {
    await this.changes.run(actor, async (work) => {
      const { decision, entitlement } = await requireRight(work, 'revoke', grant.locationId);
      // An installer takes back what he gave, and nobody else's (K: own).
      const grantedBy = decision.extent === 'own' ? actor : null;
      const shared = await sharedGrant(work.client, grant.grantId);
      if (decision.proof.kind !== 'owner' && shared && shared.locationId === grant.locationId) {
        if (lockedAgainst(shared, this.config, work.now)) throw problem('grant-locked');
      }
      // What is given on the whole customer, the owner ends for his location.
      const narrows = decision.proof.kind === 'owner' && shared?.kind === 'customer';
      const ended = narrows
        ? await takeLocationOut(work.change, grant.grantId, grant.locationId, work.by)
        : await revokeGrant(work.change, { ...grant, grantedBy }, work.by);
      if (!ended) throw problem('not-found');
      await settleHubAccess(work, grant.locationId);
      await work.audit({
        action: narrows ? 'grant-narrowed' : 'grant-revoked',
        entitlement,
        locationId: grant.locationId,
        subjectId: grant.grantId,
      });
    });
    await this.changes.announce(grant.locationId);
  }

  /** 5D: a grantee may always leave; for an organisation one of those who run it decides. */
  async relinquishGrant(actor: PersonId, grantId: string): Promise<void> {
    const touched = await this.changes.run(actor, async (work) => {
      const grant = await liveGrant(work.client, grantId);
      if (!grant) throw problem('not-found');
      if (grant.organisationId !== null) {
        const self = (await membersOf(work.client, grant.organisationId)).find(
          ({ personId }) => personId === actor,
        );
        if (!self) throw problem('not-found');
        if (!leadingRoles.has(self.role)) throw problem('forbidden');
      } else if (grant.personId !== actor) throw problem('not-found');
      const under = await locationsUnder(work.client, grant);
      await endGrant(work.change, grantId, 'relinquished', work.by);
      for (const locationId of under) await settleHubAccess(work, locationId);
      await work.audit({
        action: 'grant-relinquished',
        entitlement: `grant:${grantId}`,
        ...(grant.locationId === null ? {} : { locationId: grant.locationId }),
        ...(grant.organisationId === null ? {} : { organisationId: grant.organisationId }),
        subjectId: grantId,
      });
      return under;
    });
    await Promise.all(touched.map((locationId) => this.changes.announce(locationId)));
  }
}
