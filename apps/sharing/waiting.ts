import { Inject, Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { waitingSchema } from '#libs/contracts/http/answer-routes.js';
import { leadingRoles } from '#libs/entitlements/role.js';
import type { SignedInPerson } from '#libs/platform/identity.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import { invitationsFor } from '#libs/store/invitations.js';
import { locationPage } from '#libs/store/locations.js';
import { membershipInvitationsFor } from '#libs/store/membership-invitations.js';
import { organisationsOf } from '#libs/store/organisations.js';
import type { Pool } from '#libs/store/pool.js';
import { transfersFor } from '#libs/store/transfers.js';
import type { Clock } from '#libs/units/clock.js';

/** What waits for a person's answer. An address that is not confirmed has nothing waiting (NB-20). */
@Injectable()
export class Waiting {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async of(person: SignedInPerson): Promise<z.input<typeof waitingSchema>> {
    const now = new Date(this.clock.now());
    const email = person.emailVerified ? person.email : null;
    const organisations = await organisationsOf(this.pool, person.personId);
    const administrates = organisations
      .filter(({ role }) => leadingRoles.has(role))
      .map(({ organisationId }) => organisationId);
    const invitations = await invitationsFor(this.pool, { email, administrates }, now);
    const memberships = email === null ? [] : await membershipInvitationsFor(this.pool, email, now);
    const transfers = email === null ? [] : await transfersFor(this.pool, email, now);
    const ids = [...new Set(invitations.map(({ locationId }) => locationId))];
    const locations = await locationPage(this.pool, ids, null, null, ids.length);
    return {
      locations: invitations.map((row) => ({
        invitationId: row.invitationId,
        locationName: locations.find(({ locationId }) => locationId === row.locationId)?.name ?? '',
        role: row.role,
        invitedBy: row.createdByName,
        organisationName:
          organisations.find(({ organisationId }) => organisationId === row.organisationId)?.name ?? null,
        expiresAt: new Date(row.expiresAt).toISOString(),
      })),
      organisations: memberships.map((row) => ({
        invitationId: row.invitationId,
        organisationName: row.organisationName,
        role: row.role,
        invitedBy: row.createdByName,
        expiresAt: row.expiresAt.toISOString(),
      })),
      transfers: transfers.map((row) => ({
        transferId: row.transferId,
        locationName: row.locationName,
        startedBy: row.createdByName,
        expiresAt: new Date(row.expiresAt).toISOString(),
      })),
    };
  }
}
