import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { sharedGrantRoutes } from '#libs/contracts/http/shared-grant-routes.js';
import { isLocked, lastRevocableAt } from '#libs/entitlements/grant-lock.js';
import { locationMatrix } from '#libs/entitlements/matrix.js';
import type { ShareRole } from '#libs/entitlements/share-request.js';
import { decodeCursor, encodeCursor, pageOf } from '#libs/platform/http/cursor.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteAnswer, RouteRequest } from '#libs/platform/http/route-request.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import { organisationsOf } from '#libs/store/organisations.js';
import { installationsOfOrganisation } from '#libs/store/placements.js';
import type { Pool } from '#libs/store/pool.js';
import { sharedGrantsOf, type SharedGrant } from '#libs/store/shared-grants.js';
import type { Clock } from '#libs/units/clock.js';
import { SHARE_CONFIG, type ShareConfig } from './share-config.js';
import { ShareRevocations } from './share-revocations.js';
import { shareView } from './share-view.js';

@Controller()
export class SharedGrantController {
  constructor(
    @Inject(ShareRevocations) private readonly revocations: ShareRevocations,
    @Inject(SHARE_CONFIG) private readonly config: ShareConfig,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Route(sharedGrantRoutes.listSharedGrants)
  async list({ params, query }: RouteRequest<typeof sharedGrantRoutes.listSharedGrants>) {
    const after = decodeCursor('shared-grants', [z.number(), z.uuid()], query.cursor);
    const rows = await sharedGrantsOf(
      this.pool,
      params.organisationId,
      after && { grantedAt: new Date(after[0]), grantId: after[1] },
      query.limit + 1,
    );
    return pageOf(
      rows,
      query.limit,
      (row) => this.view(row, params.organisationId),
      (row) => encodeCursor('shared-grants', [Number(row.grantedAt), row.grantId]),
    );
  }

  @Route(sharedGrantRoutes.revokeSharedGrant)
  revoke({ person, params }: RouteRequest<typeof sharedGrantRoutes.revokeSharedGrant>): Promise<void> {
    return this.revocations.revokeGrant(person.personId, params.organisationId, params.grantId);
  }

  @Route(sharedGrantRoutes.changeSharedRole)
  changeRole({ person, params }: RouteRequest<typeof sharedGrantRoutes.changeSharedRole>): Promise<void> {
    return this.revocations.refuseRole(person.personId, params.organisationId, params.grantId);
  }

  @Route(sharedGrantRoutes.replaceSharedGrant)
  async replace({ person, params }: RouteRequest<typeof sharedGrantRoutes.replaceSharedGrant>) {
    const { organisationId, grantId } = params;
    return shareView(
      await this.revocations.replace(person.personId, organisationId, grantId),
      organisationId,
    );
  }

  @Route(sharedGrantRoutes.listOrganisationInstallations)
  async installations({
    person,
    params,
    query,
  }: RouteRequest<typeof sharedGrantRoutes.listOrganisationInstallations>) {
    const after = decodeCursor('organisation-installations', [z.string(), z.uuid()], query.cursor);
    const self = (await organisationsOf(this.pool, person.personId)).find(
      ({ organisationId }) => organisationId === params.organisationId,
    );
    // CS-48: a technician reads no documents, here neither.
    const reads = self !== undefined && locationMatrix[self.role].history !== 'none';
    const rows = await installationsOfOrganisation(
      this.pool,
      params.organisationId,
      new Date(this.clock.now()),
      after && { name: after[0], installationId: after[1] },
      query.limit + 1,
    );
    return pageOf(
      rows,
      query.limit,
      ({ known, locationId, locationName, sharedByName, archivedAt, role, ...row }) => ({
        ...row,
        ...known,
        deviceNames: [...known.deviceNames],
        documents: reads && known.documents ? [...known.documents] : null,
        location: { locationId, name: locationName },
        role: role as ShareRole | null,
        sharedBy: sharedByName,
        archivedAt: archivedAt?.toISOString() ?? null,
      }),
      (row) => encodeCursor('organisation-installations', [row.known.name, row.installationId]),
    );
  }

  private view(
    grant: SharedGrant,
    viewer: string,
  ): RouteAnswer<typeof sharedGrantRoutes.listSharedGrants>['items'][number] {
    const now = this.clock.now();
    const until = lastRevocableAt(grant, this.config.lockFrom);
    return {
      grantId: grant.grantId,
      share: grant.shareId === null ? null : { shareId: grant.shareId, name: grant.shareName ?? '' },
      object: { kind: grant.kind, id: grant.objectId, name: grant.objectName ?? '' },
      role: grant.role as ShareRole,
      grantor: { organisationId: grant.grantorId, name: grant.grantorName },
      grantee: { organisationId: grant.granteeId, name: grant.granteeName },
      parentGrantId: grant.parentGrantId,
      branded: grant.branded,
      includeFuture: grant.includeFuture,
      grantedAt: new Date(grant.grantedAt).toISOString(),
      expiresAt: grant.expiresAt?.toISOString() ?? null,
      revocableUntil: until === null ? null : new Date(until).toISOString(),
      revocable: grant.grantorIds.includes(viewer) && !isLocked(grant, this.config.lockFrom, now),
    };
  }
}
