import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { locationRoutes } from '#libs/contracts/http/location-routes.js';
import type { Gate } from '#libs/gate/gate.js';
import { decodeCursor, encodeCursor, pageOf } from '#libs/platform/http/cursor.js';
import { problem } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteAnswer, RouteRequest } from '#libs/platform/http/route-request.js';
import { GATE, POOL } from '#libs/platform/tokens.js';
import { locationDetails, locationPage } from '#libs/store/locations.js';
import type { Pool } from '#libs/store/pool.js';
import type { PersonId } from '#libs/units/identifiers.js';
import { locationView } from './location-view.js';
import { Sharing } from './sharing.js';

@Controller()
export class LocationController {
  constructor(
    @Inject(Sharing) private readonly sharing: Sharing,
    @Inject(GATE) private readonly gate: Gate,
    @Inject(POOL) private readonly pool: Pool,
  ) {}

  @Route(locationRoutes.createLocation)
  async create({ person, body }: RouteRequest<typeof locationRoutes.createLocation>) {
    const locationId = await this.sharing.createLocation(person.personId, {
      name: body.name,
      timeZone: body.timeZone,
      ownerPersonId: body.organisationId === null ? person.personId : null,
      installedByOrganisationId: body.organisationId,
    });
    return this.view(person.personId, locationId);
  }

  @Route(locationRoutes.listLocations)
  async list({
    person,
    query,
  }: RouteRequest<typeof locationRoutes.listLocations>): Promise<
    RouteAnswer<typeof locationRoutes.listLocations>
  > {
    const after = decodeCursor('locations', [z.string(), z.uuid()], query.cursor);
    const rows = await locationPage(
      this.pool,
      this.gate.locationsOf(person, 'telemetry'),
      query.search ?? null,
      after && { name: after[0], locationId: after[1] },
      query.limit + 1,
    );
    const page = pageOf(
      rows,
      query.limit,
      (row) => locationView(this.gate, person.personId, row),
      (row) => encodeCursor('locations', [row.name, row.locationId]),
    );
    return { ...page, items: page.items.filter((item) => item !== null) };
  }

  @Route(locationRoutes.getLocation)
  get({ person, params }: RouteRequest<typeof locationRoutes.getLocation>) {
    return this.view(person.personId, params.locationId);
  }

  @Route(locationRoutes.putSharingPolicy)
  async putPolicy({ person, params, body }: RouteRequest<typeof locationRoutes.putSharingPolicy>) {
    await this.sharing.setPolicy(person.personId, params.locationId, body.partnersMayShare);
    return this.view(person.personId, params.locationId);
  }

  private async view(
    person: PersonId,
    locationId: string,
  ): Promise<RouteAnswer<typeof locationRoutes.getLocation>> {
    const details = await locationDetails(this.pool, locationId);
    const view = details && locationView(this.gate, person, details);
    if (!view) throw problem('not-found');
    return view;
  }
}
