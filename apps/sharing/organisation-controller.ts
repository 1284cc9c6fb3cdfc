import { Controller, Inject } from '@nestjs/common';
import { organisationRoutes } from '#libs/contracts/http/organisation-routes.js';
import { problem } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteAnswer, RouteRequest } from '#libs/platform/http/route-request.js';
import { POOL } from '#libs/platform/tokens.js';
import {
  membersOf,
  organisationsOf,
  type Member,
  type OrganisationOfPerson,
} from '#libs/store/organisations.js';
import type { Pool } from '#libs/store/pool.js';
import { Sharing } from './sharing.js';

@Controller()
export class OrganisationController {
  constructor(
    @Inject(Sharing) private readonly sharing: Sharing,
    @Inject(POOL) private readonly pool: Pool,
  ) {}

  @Route(organisationRoutes.createOrganisation)
  async create({ person, body }: RouteRequest<typeof organisationRoutes.createOrganisation>) {
    const organisationId = await this.sharing.createOrganisation(person.personId, body.name);
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

  @Route(organisationRoutes.addMember)
  async add({ person, params, body }: RouteRequest<typeof organisationRoutes.addMember>) {
    return memberView(await this.sharing.addMember(person.personId, params.organisationId, body));
  }

  @Route(organisationRoutes.removeMember)
  async remove({ person, params }: RouteRequest<typeof organisationRoutes.removeMember>): Promise<void> {
    await this.sharing.removeMember(person.personId, params.organisationId, params.membershipId);
  }
}

const organisationView = (
  row: OrganisationOfPerson,
): RouteAnswer<typeof organisationRoutes.createOrganisation> => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
});

const memberView = (row: Member): RouteAnswer<typeof organisationRoutes.addMember> => ({
  ...row,
  since: row.since.toISOString(),
});
