import { Inject, Injectable } from '@nestjs/common';
import { leadingRoles } from '#libs/entitlements/role.js';
import { problem } from '#libs/platform/http/problems.js';
import { endGrant, liveGrant, revokeGrant } from '#libs/store/grants.js';
import { insertLocation, type NewLocation } from '#libs/store/locations.js';
import { membersOf } from '#libs/store/organisations.js';
import type { PersonId } from '#libs/units/identifiers.js';
import { Changes, requireRight } from './changes.js';
import { settleHubAccess } from './hubs/settle.js';

/** Locations, and the end of what was granted at them (5D). */
@Injectable()
export class Sharing {
  constructor(@Inject(Changes) private readonly changes: Changes) {}

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

  async revokeGrant(actor: PersonId, grant: { locationId: string; grantId: string }): Promise<void> {
    await this.changes.run(actor, async (work) => {
      const { decision, entitlement } = await requireRight(work, 'revoke', grant.locationId);
      // An installer takes back what he gave, and nobody else's (K: own).
      const grantedBy = decision.extent === 'own' ? actor : null;
      if (!(await revokeGrant(work.change, { ...grant, grantedBy }, work.by))) throw problem('not-found');
      await settleHubAccess(work, grant.locationId);
      await work.audit({
        action: 'grant-revoked',
        entitlement,
        locationId: grant.locationId,
        subjectId: grant.grantId,
      });
    });
    await this.changes.announce(grant.locationId);
  }

  /** 5D: a grantee may always leave; for an organisation one of its administrators decides. */
  async relinquishGrant(actor: PersonId, grantId: string): Promise<void> {
    const locationId = await this.changes.run(actor, async (work) => {
      const grant = await liveGrant(work.client, grantId);
      if (!grant) throw problem('not-found');
      if (grant.organisationId !== null) {
        const self = (await membersOf(work.client, grant.organisationId)).find(
          ({ personId }) => personId === actor,
        );
        if (!self) throw problem('not-found');
        if (!leadingRoles.has(self.role)) throw problem('forbidden');
      } else if (grant.personId !== actor) throw problem('not-found');
      await endGrant(work.change, grantId, 'relinquished', work.by);
      await settleHubAccess(work, grant.locationId);
      await work.audit({
        action: 'grant-relinquished',
        entitlement: `grant:${grantId}`,
        locationId: grant.locationId,
        subjectId: grantId,
      });
      return grant.locationId;
    });
    await this.changes.announce(locationId);
  }
}
