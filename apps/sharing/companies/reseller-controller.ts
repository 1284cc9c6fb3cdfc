import { Controller, Inject } from '@nestjs/common';
import { resellerRoutes } from '#libs/contracts/http/reseller-routes.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteRequest } from '#libs/platform/http/route-request.js';
import { POOL } from '#libs/platform/tokens.js';
import type { Pool } from '#libs/store/pool.js';
import { dealersOf, resellersFor } from '#libs/store/reseller-connections.js';
import { packagesOf, type ServicePackage } from '#libs/store/service-packages.js';
import { requireEnrolled } from './enrolled.js';
import { Resellers } from './resellers.js';

/** Dealers and resellers find each other (AJ-16 to AJ-19). */
@Controller()
export class ResellerController {
  constructor(
    @Inject(Resellers) private readonly resellers: Resellers,
    @Inject(POOL) private readonly pool: Pool,
  ) {}

  @Route(resellerRoutes.listPackages)
  async packages({ params }: RouteRequest<typeof resellerRoutes.listPackages>) {
    await requireEnrolled(this.pool, params.organisationId, 'reseller');
    return { items: (await packagesOf(this.pool, [params.organisationId], null)).map(packageView) };
  }

  @Route(resellerRoutes.createPackage)
  async offer({ person, params, body }: RouteRequest<typeof resellerRoutes.createPackage>) {
    return packageView(await this.resellers.offer(person.personId, params.organisationId, body));
  }

  @Route(resellerRoutes.withdrawPackage)
  withdraw({ person, params }: RouteRequest<typeof resellerRoutes.withdrawPackage>): Promise<void> {
    return this.resellers.withdraw(person.personId, params.organisationId, params.packageId);
  }

  @Route(resellerRoutes.listResellers)
  async list({ params, query }: RouteRequest<typeof resellerRoutes.listResellers>) {
    await requireEnrolled(this.pool, params.organisationId, 'dealer');
    const rows = await resellersFor(this.pool, params.organisationId, query.country);
    const offered = await packagesOf(
      this.pool,
      rows.map(({ resellerId }) => resellerId),
      query.country,
    );
    return {
      items: rows.map((row) => ({
        ...row,
        packages: offered.filter(({ resellerId }) => resellerId === row.resellerId).map(packageView),
        connection: row.connection && {
          ...row.connection,
          requestedAt: row.connection.requestedAt.toISOString(),
        },
      })),
    };
  }

  @Route(resellerRoutes.requestReseller)
  request({ person, params, body }: RouteRequest<typeof resellerRoutes.requestReseller>) {
    return this.resellers.request(person.personId, params.organisationId, body.resellerId);
  }

  @Route(resellerRoutes.inviteReseller)
  async invite({ person, params, body }: RouteRequest<typeof resellerRoutes.inviteReseller>) {
    return { email: await this.resellers.invite(person.personId, params.organisationId, body) };
  }

  @Route(resellerRoutes.endResellerConnection)
  end({ person, params }: RouteRequest<typeof resellerRoutes.endResellerConnection>): Promise<void> {
    return this.resellers.end(person.personId, params.organisationId, params.connectionId);
  }

  @Route(resellerRoutes.listDealers)
  async dealers({ params }: RouteRequest<typeof resellerRoutes.listDealers>) {
    await requireEnrolled(this.pool, params.organisationId, 'reseller');
    const rows = await dealersOf(this.pool, params.organisationId);
    return { items: rows.map((row) => ({ ...row, requestedAt: row.requestedAt.toISOString() })) };
  }

  @Route(resellerRoutes.approveDealer)
  approve({ person, params, body }: RouteRequest<typeof resellerRoutes.approveDealer>): Promise<void> {
    const { organisationId, connectionId } = params;
    return this.resellers.approve(person.personId, organisationId, connectionId, body.dealerNumber);
  }

  @Route(resellerRoutes.numberDealer)
  renumber({ person, params, body }: RouteRequest<typeof resellerRoutes.numberDealer>): Promise<void> {
    const { organisationId, connectionId } = params;
    return this.resellers.renumber(person.personId, organisationId, connectionId, body.dealerNumber);
  }

  @Route(resellerRoutes.rejectDealer)
  reject({ person, params }: RouteRequest<typeof resellerRoutes.rejectDealer>): Promise<void> {
    return this.resellers.reject(person.personId, params.organisationId, params.connectionId);
  }
}

/** As it goes out: copies of what the store gives read-only. */
export const packageView = (row: ServicePackage) => ({ ...row, countries: [...row.countries] });
