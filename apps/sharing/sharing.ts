import { Inject, Injectable } from '@nestjs/common';
import type { Bus } from '#libs/bus/bus.js';
import { decide } from '#libs/entitlements/decide.js';
import { mayEnd } from '#libs/entitlements/organisation-right.js';
import type { GrantRole, OrganisationRole } from '#libs/entitlements/role.js';
import type { Gate } from '#libs/gate/gate.js';
import { problem } from '#libs/platform/http/problems.js';
import { BUS, CLOCK, GATE, POOL } from '#libs/platform/tokens.js';
import { readFactsOf } from '#libs/store/entitlement-facts.js';
import { changeEntitlements, type EntitlementChange } from '#libs/store/entitlement-log.js';
import { insertGrant, revokeGrant } from '#libs/store/grants.js';
import { insertLocation, type NewLocation } from '#libs/store/locations.js';
import {
  endMembership,
  insertMembership,
  insertOrganisation,
  membersOf,
  organisationName,
  type By,
  type Member,
} from '#libs/store/organisations.js';
import { personByEmail } from '#libs/store/people.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import { personId, siteId, type PersonId } from '#libs/units/identifiers.js';
import { hasAlready } from './has-already.js';

export interface GrantWish {
  readonly locationId: string;
  readonly to:
    | { readonly kind: 'person'; readonly email: string }
    | { readonly kind: 'organisation'; readonly organisationId: string };
  readonly role: GrantRole;
  readonly expiresAt: Date | null;
}

/**
 * Everything that changes who may do what; nothing else writes these tables. Each change checks its actor's right again
 * under the lock that orders all of them, and is known to this process's gate when it resolves.
 */
@Injectable()
export class Sharing {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(GATE) private readonly gate: Gate,
    @Inject(BUS) private readonly bus: Bus,
  ) {}

  createOrganisation(actor: PersonId, name: string): Promise<string> {
    return this.change(actor, (change, by) => insertOrganisation(change, name, by));
  }

  addMember(
    actor: PersonId,
    organisationId: string,
    member: { readonly email: string; readonly role: OrganisationRole },
  ): Promise<Member> {
    return this.change(actor, async (change, by) => {
      await this.requireAdministrator(change, actor, organisationId);
      const person = await personByEmail(change.client, member.email);
      if (!person) throw problem('unknown-account');
      const membership = { organisationId, personId: person.personId, role: member.role };
      const membershipId = await insertMembership(change, membership, by);
      if (membershipId === null) throw problem('already-member');
      return { ...person, membershipId, role: member.role, since: by.at };
    });
  }

  /** NB-03: with the membership everything ends that came by it; the installations stay the organisation's (NB-04). */
  removeMember(actor: PersonId, organisationId: string, membershipId: string): Promise<void> {
    return this.change(actor, async (change, by) => {
      const members = await this.requireAdministrator(change, actor, organisationId);
      if (!members.some((member) => member.membershipId === membershipId)) throw problem('not-found');
      if (!mayEnd(members, membershipId)) throw problem('last-administrator');
      await endMembership(change, membershipId, by);
    });
  }

  createLocation(actor: PersonId, location: NewLocation): Promise<string> {
    return this.change(actor, async (change, by) => {
      const organisationId = location.installedByOrganisationId;
      if (organisationId !== null) {
        // NB-07: an organisation one is not a member of does not exist.
        const members = await membersOf(change.client, organisationId);
        if (!members.some((member) => member.personId === actor)) throw problem('unknown-organisation');
      }
      return insertLocation(change, location, by);
    });
  }

  async createGrant(actor: PersonId, wish: GrantWish): Promise<string> {
    const grantId = await this.change(actor, async (change, by) => {
      const facts = await readFactsOf(change.client, actor, wish.locationId);
      const right = decide(facts, actor, 'share', siteId(wish.locationId), this.clock.now());
      if (!right.allowed) throw problem(right.visible ? 'forbidden' : 'not-found');
      const { locationId, role, expiresAt } = wish;
      const grantee = await this.grantee(change, wish);
      if (await hasAlready(change.client, { ...grantee, locationId, role, expiresAt }, this.clock.now())) {
        throw problem('already-has-access');
      }
      return insertGrant(change, { ...grantee, locationId, role, expiresAt }, by);
    });
    await this.announce(wish.locationId);
    return grantId;
  }

  async revokeGrant(actor: PersonId, grant: { locationId: string; grantId: string }): Promise<void> {
    await this.change(actor, async (change, by) => {
      const facts = await readFactsOf(change.client, actor, grant.locationId);
      const right = decide(facts, actor, 'revoke', siteId(grant.locationId), this.clock.now());
      if (!right.allowed) throw problem(right.visible ? 'forbidden' : 'not-found');
      // An installer takes back what he gave, and nobody else's (K: own).
      const grantedBy = right.extent === 'own' ? actor : null;
      if (!(await revokeGrant(change, { ...grant, grantedBy }, by))) throw problem('not-found');
    });
    await this.announce(grant.locationId);
  }

  private async grantee(
    change: EntitlementChange,
    { to }: GrantWish,
  ): Promise<{ personId: PersonId | null; organisationId: string | null }> {
    if (to.kind === 'organisation') {
      const name = await organisationName(change.client, to.organisationId);
      if (name === null) throw problem('unknown-organisation');
      return { personId: null, organisationId: to.organisationId };
    }
    const person = await personByEmail(change.client, to.email);
    if (!person) throw problem('unknown-account');
    return { personId: personId(person.personId), organisationId: null };
  }

  private async requireAdministrator(
    change: EntitlementChange,
    actor: PersonId,
    organisationId: string,
  ): Promise<readonly Member[]> {
    const members = await membersOf(change.client, organisationId);
    const self = members.find((member) => member.personId === actor);
    if (!self) throw problem('not-found');
    if (self.role !== 'administrator') throw problem('forbidden');
    return members;
  }

  private async change<Value>(
    actor: PersonId,
    work: (change: EntitlementChange, by: By) => Promise<Value>,
  ): Promise<Value> {
    const at = this.clock.now();
    const by: By = { personId: actor, at: new Date(at) };
    const changed = await changeEntitlements(this.pool, { actorPersonId: actor, at }, (change) =>
      work(change, by),
    );
    await this.gate.caughtUp(changed.sequence);
    return changed.value;
  }

  private announce(locationId: string): Promise<void> {
    const change = {
      siteId: locationId,
      subject: 'entitlements',
      subjectId: null,
      at: this.clock.now(),
    } as const;
    return this.bus.publish('changes', change);
  }
}
