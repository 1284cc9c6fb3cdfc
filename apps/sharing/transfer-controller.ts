import { Controller, Inject } from '@nestjs/common';
import { transferRoutes } from '#libs/contracts/http/transfer-routes.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteAnswer, RouteRequest } from '#libs/platform/http/route-request.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import type { Pool } from '#libs/store/pool.js';
import { openTransferOf, type TransferRow } from '#libs/store/transfers.js';
import type { Clock } from '#libs/units/clock.js';
import { Transfers } from './transfers.js';

@Controller()
export class TransferController {
  constructor(
    @Inject(Transfers) private readonly transfers: Transfers,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Route(transferRoutes.startTransfer)
  async start({ person, params, body }: RouteRequest<typeof transferRoutes.startTransfer>) {
    return transferView(await this.transfers.start(person.personId, params.locationId, body));
  }

  @Route(transferRoutes.getTransfer)
  async get({ params }: RouteRequest<typeof transferRoutes.getTransfer>) {
    const row = await openTransferOf(this.pool, params.locationId, new Date(this.clock.now()));
    return { transfer: row && transferView(row) };
  }

  @Route(transferRoutes.cancelTransfer)
  async cancel({ person, params }: RouteRequest<typeof transferRoutes.cancelTransfer>): Promise<void> {
    await this.transfers.cancel(person.personId, params.locationId);
  }

  @Route(transferRoutes.confirmGrant)
  async confirm({ person, params }: RouteRequest<typeof transferRoutes.confirmGrant>): Promise<void> {
    await this.transfers.confirmGrant(person.personId, params.locationId, params.grantId);
  }
}

const transferView = (row: TransferRow): RouteAnswer<typeof transferRoutes.startTransfer> => ({
  transferId: row.transferId,
  email: row.recipientEmail,
  startedBy: { personId: row.createdBy, name: row.createdByName },
  createdAt: row.createdAt.toISOString(),
  expiresAt: new Date(row.expiresAt).toISOString(),
});
