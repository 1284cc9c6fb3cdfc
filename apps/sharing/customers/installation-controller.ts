import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import {
  installationRoutes,
  type buildingSchema,
  type installationSchema,
} from '#libs/contracts/http/installation-routes.js';
import type { Gate } from '#libs/gate/gate.js';
import { decodeCursor, encodeCursor, pageOf } from '#libs/platform/http/cursor.js';
import { problem } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteRequest } from '#libs/platform/http/route-request.js';
import { GATE, POOL } from '#libs/platform/tokens.js';
import { buildingsOf, type Building } from '#libs/store/buildings.js';
import {
  installationById,
  installationsAround,
  installationsOf,
  type Installation,
} from '#libs/store/installations.js';
import type { Pool } from '#libs/store/pool.js';
import { InstallationBooks } from './installation-books.js';

@Controller()
export class InstallationController {
  constructor(
    @Inject(InstallationBooks) private readonly books: InstallationBooks,
    @Inject(GATE) private readonly gate: Gate,
    @Inject(POOL) private readonly pool: Pool,
  ) {}

  @Route(installationRoutes.listBuildings)
  async buildings({ params }: RouteRequest<typeof installationRoutes.listBuildings>) {
    return { items: (await buildingsOf(this.pool, params.locationId)).map(buildingView) };
  }

  @Route(installationRoutes.createBuilding)
  async createBuilding({ person, params, body }: RouteRequest<typeof installationRoutes.createBuilding>) {
    const { organisationId, locationId } = params;
    return buildingView(
      await this.books.createBuilding(person.personId, organisationId, locationId, body.name),
    );
  }

  @Route(installationRoutes.renameBuilding)
  async renameBuilding({ person, params, body }: RouteRequest<typeof installationRoutes.renameBuilding>) {
    const { organisationId, buildingId } = params;
    return buildingView(
      await this.books.renameBuilding(person.personId, organisationId, buildingId, body.name),
    );
  }

  @Route(installationRoutes.removeBuilding)
  async removeBuilding({
    person,
    params,
  }: RouteRequest<typeof installationRoutes.removeBuilding>): Promise<void> {
    await this.books.removeBuilding(person.personId, params.organisationId, params.buildingId);
  }

  @Route(installationRoutes.listInstallations)
  async list({ params }: RouteRequest<typeof installationRoutes.listInstallations>) {
    return { items: (await installationsOf(this.pool, params.locationId)).map(installationView) };
  }

  @Route(installationRoutes.listVisibleInstallations)
  async visible({ person, query }: RouteRequest<typeof installationRoutes.listVisibleInstallations>) {
    const after = decodeCursor('installations', [z.string(), z.uuid()], query.cursor);
    const rows = await installationsAround(
      this.pool,
      person.personId,
      query.search ?? null,
      after && { name: after[0], installationId: after[1] },
      query.limit + 1,
    );
    const page = pageOf(
      rows,
      query.limit,
      (row) => row,
      (row) => encodeCursor('installations', [row.name, row.installationId]),
    );
    const sees = ({ installationId: id }: Installation): boolean =>
      this.gate.explain(person.personId, 'telemetry', { kind: 'installation', id }).allowed;
    return { ...page, items: page.items.filter(sees).map(installationView) };
  }

  @Route(installationRoutes.createInstallation)
  async create({ person, params, body }: RouteRequest<typeof installationRoutes.createInstallation>) {
    const { organisationId, locationId } = params;
    return installationView(
      await this.books.createInstallation(person.personId, organisationId, locationId, body),
    );
  }

  @Route(installationRoutes.getInstallation)
  async get({ params }: RouteRequest<typeof installationRoutes.getInstallation>) {
    const installation = await installationById(this.pool, params.installationId);
    if (!installation) throw problem('not-found');
    return installationView(installation);
  }

  @Route(installationRoutes.describeInstallation)
  async describe({ person, params, body }: RouteRequest<typeof installationRoutes.describeInstallation>) {
    return installationView(
      await this.books.describeInstallation(person.personId, params.installationId, body),
    );
  }

  @Route(installationRoutes.assignDevices)
  async assignDevices({ person, params, body }: RouteRequest<typeof installationRoutes.assignDevices>) {
    return installationView(
      await this.books.assignDevices(person.personId, params.installationId, body.deviceIds),
    );
  }

  @Route(installationRoutes.placeInstallation)
  async place({ person, params, body }: RouteRequest<typeof installationRoutes.placeInstallation>) {
    const { organisationId, installationId } = params;
    return installationView(
      await this.books.placeInstallation(person.personId, organisationId, installationId, body.buildingId),
    );
  }

  @Route(installationRoutes.removeInstallation)
  async remove({
    person,
    params,
  }: RouteRequest<typeof installationRoutes.removeInstallation>): Promise<void> {
    await this.books.removeInstallation(person.personId, params.organisationId, params.installationId);
  }
}

const buildingView = ({ createdAt, ...building }: Building): z.input<typeof buildingSchema> => ({
  ...building,
  createdAt: createdAt.toISOString(),
});

const installationView = ({
  createdAt,
  deviceIds,
  ...installation
}: Installation): z.input<typeof installationSchema> => ({
  ...installation,
  createdAt: createdAt.toISOString(),
  deviceIds: [...deviceIds],
});
