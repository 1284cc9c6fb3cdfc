import { Controller, Inject } from '@nestjs/common';
import { organisationRoutes } from '#libs/contracts/http/organisation-routes.js';
import { problem } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteRequest } from '#libs/platform/http/route-request.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import { membershipInvitationsOf } from '#libs/store/membership-invitations.js';
import { membersOf, organisationsOf } from '#libs/store/organisations.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import { Memberships } from './memberships.js';
import { memberInvitationView, memberView, organisationView } from './organisation-view.js';

@Controller()
export class OrganisationController {
  constructor(
    @Inject(Memberships) private readonly memberships: Memberships,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Route(organisationRoutes.createOrganisation)
  async create({ person, body, context }: RouteRequest<typeof organisationRoutes.createOrganisation>) {
    const organisationId = await this.memberships.createOrganisation(person.personId, {
      name: body.name,
      country: body.country,
      context,
    });
    const organisations = await organisationsOf(this.pool, person.personId);
    const created = organisations.find((each) => each.organisationId === organisationId);
    if (!created) throw problem('not-found');
    return organisationView(created);
  }

  @Route(organisationRoutes.listOrganisations)
  async list({ person }: RouteRequest<typeof organisationRoutes.listOrganisations>) {
    return { items: (await organisationsOf(this.pool, person.personId)).map(organisationView) };
  }

  @Route(organisationRoutes.listMembers)
  async members({ params }: RouteRequest<typeof organisationRoutes.listMembers>) {
    return { items: (await membersOf(this.pool, params.organisationId)).map(memberView) };
  }

  @Route(organisationRoutes.inviteMember)
  async invite({ person, params, body }: RouteRequest<typeof organisationRoutes.inviteMember>) {
    return memberInvitationView(await this.memberships.invite(person.personId, params.organisationId, body));
  }

  @Route(organisationRoutes.listMemberInvitations)
  async invitations({ params }: RouteRequest<typeof organisationRoutes.listMemberInvitations>) {
    const now = new Date(this.clock.now());
    const rows = await membershipInvitationsOf(this.pool, params.organisationId, now);
    return { items: rows.map(memberInvitationView) };
  }

  @Route(organisationRoutes.withdrawMemberInvitation)
  async withdraw({
    person,
    params,
  }: RouteRequest<typeof organisationRoutes.withdrawMemberInvitation>): Promise<void> {
    await this.memberships.withdraw(person.personId, params.organisationId, params.invitationId);
  }

  @Route(organisationRoutes.changeRole)
  async changeRole({ person, params, body }: RouteRequest<typeof organisationRoutes.changeRole>) {
    const { organisationId, membershipId } = params;
    return memberView(
      await this.memberships.changeRole(person.personId, organisationId, membershipId, body.role),
    );
  }

  @Route(organisationRoutes.getOrganisationKey)
  key({ person, params }: RouteRequest<typeof organisationRoutes.getOrganisationKey>) {
    return this.memberships.key(person.personId, params.organisationId);
  }

  @Route(organisationRoutes.rotateOrganisationKey)
  rotateKey({ person, params }: RouteRequest<typeof organisationRoutes.rotateOrganisationKey>) {
    return this.memberships.rotateKey(person.personId, params.organisationId);
  }

  @Route(organisationRoutes.removeMember)
  async remove({ person, params }: RouteRequest<typeof organisationRoutes.removeMember>): Promise<void> {
    await this.memberships.remove(person.personId, params.organisationId, params.membershipId);
  }
}
