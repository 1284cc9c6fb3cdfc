import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { customerPortalRoutes } from '#libs/contracts/http/customer-portal-routes.js';
import { decodeCursor, encodeCursor, pageOf } from '#libs/platform/http/cursor.js';
import { HTTP_CONFIG, type HttpConfig } from '#libs/platform/http/http-config.js';
import { problem } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteRequest } from '#libs/platform/http/route-request.js';
import { portalCookie } from '#libs/platform/portal-identity.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import { documentById, documentPage } from '#libs/store/documents.js';
import type { Pool } from '#libs/store/pool.js';
import { portalInstallations, portalLocations, portalTitle } from '#libs/store/portal-view.js';
import type { Clock } from '#libs/units/clock.js';
import { fileOf } from '../documents/document-file.js';
import { logbookEntry, portalLocation } from './logbook-view.js';
import { PortalSignIn } from './portal-sign-in.js';

@Controller()
export class CustomerPortalController {
  private readonly secure: string;

  constructor(
    @Inject(PortalSignIn) private readonly signIn: PortalSignIn,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(HTTP_CONFIG) { identity }: HttpConfig,
  ) {
    this.secure = identity.publicUrl?.startsWith('https:') ? '; Secure' : '';
  }

  @Route(customerPortalRoutes.enterCustomerPortal)
  async enter(request: RouteRequest<typeof customerPortalRoutes.enterCustomerPortal>) {
    const { code, token } = request.body;
    const { bearer, expiresAt } = await this.signIn.enter(request.clientAddress, code, token);
    const life_s = Math.round((expiresAt.getTime() - this.clock.now()) / 1_000);
    request.setHeader('set-cookie', this.cookie(bearer, life_s));
    return { token: bearer, expiresAt: expiresAt.toISOString() };
  }

  @Route(customerPortalRoutes.leaveCustomerPortal)
  async leave(request: RouteRequest<typeof customerPortalRoutes.leaveCustomerPortal>): Promise<void> {
    await this.signIn.leave(request.visitor);
    request.setHeader('set-cookie', this.cookie('', 0));
  }

  @Route(customerPortalRoutes.getPortalVisit)
  async visit({ visitor }: RouteRequest<typeof customerPortalRoutes.getPortalVisit>) {
    const title = await portalTitle(this.pool, visitor.scope);
    if (!title) throw problem('not-found');
    return { level: visitor.scope.kind, name: title.name, supplier: title.supplierName };
  }

  @Route(customerPortalRoutes.listPortalLocations)
  async locations({ visitor, query }: RouteRequest<typeof customerPortalRoutes.listPortalLocations>) {
    const after = decodeCursor('portal-locations', [z.string(), z.uuid()], query.cursor);
    const rows = await portalLocations(
      this.pool,
      visitor.scope,
      after && { name: after[0], locationId: after[1] },
      query.limit + 1,
    );
    const ids = rows.slice(0, query.limit).map(({ locationId }) => locationId);
    const installations = await portalInstallations(this.pool, visitor.scope, ids);
    return pageOf(
      rows,
      query.limit,
      (row) => portalLocation(row, installations),
      (row) => encodeCursor('portal-locations', [row.name, row.locationId]),
    );
  }

  @Route(customerPortalRoutes.listLogbook)
  async logbook({ params, query }: RouteRequest<typeof customerPortalRoutes.listLogbook>) {
    const after = decodeCursor('logbook', [z.iso.datetime(), z.uuid()], query.cursor);
    const rows = await documentPage(
      this.pool,
      params.installationId,
      null,
      after && { madeAt: new Date(after[0]), documentId: after[1] },
      query.limit + 1,
    );
    return pageOf(rows, query.limit, logbookEntry, (row) =>
      encodeCursor('logbook', [row.madeAt.toISOString(), row.documentId]),
    );
  }

  @Route(customerPortalRoutes.downloadLogbookEntry)
  async download({ params }: RouteRequest<typeof customerPortalRoutes.downloadLogbookEntry>) {
    const document = await documentById(this.pool, params.installationId, params.documentId);
    if (!document) throw problem('not-found');
    return fileOf(this.pool, document);
  }

  /** Read by no script, sent to these routes alone and never by another site's page. */
  private cookie(value: string, life_s: number): string {
    const place = 'Path=/v1/customer-portal; HttpOnly; SameSite=Strict';
    return `${portalCookie}=${value}; Max-Age=${life_s}; ${place}${this.secure}`;
  }
}
