import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { inboxRoutes } from '#libs/contracts/http/inbox-routes.js';
import { decodeCursor, encodeCursor, pageOf } from '#libs/platform/http/cursor.js';
import { problem } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteRequest } from '#libs/platform/http/route-request.js';
import { POOL } from '#libs/platform/tokens.js';
import { inboxOf, markRead } from '#libs/store/inbox.js';
import type { Pool } from '#libs/store/pool.js';
import { Changes, requireOrganisationRight } from '../changes.js';

@Controller()
export class InboxController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(Changes) private readonly changes: Changes,
  ) {}

  @Route(inboxRoutes.listInbox)
  async list({ params, query }: RouteRequest<typeof inboxRoutes.listInbox>) {
    const after = decodeCursor('inbox', [z.number(), z.uuid()], query.cursor);
    const rows = await inboxOf(
      this.pool,
      params.organisationId,
      after && { at: new Date(after[0]), entryId: after[1] },
      query.limit + 1,
    );
    return pageOf(
      rows,
      query.limit,
      (row) => ({ ...row, at: row.at.toISOString(), readAt: row.readAt?.toISOString() ?? null }),
      (row) => encodeCursor('inbox', [row.at.getTime(), row.entryId]),
    );
  }

  @Route(inboxRoutes.readInboxEntry)
  async read({ person, params }: RouteRequest<typeof inboxRoutes.readInboxEntry>): Promise<void> {
    const { organisationId, entryId } = params;
    await this.changes.run(person.personId, async (work) => {
      const { entitlement } = await requireOrganisationRight(work, 'manage-connections', organisationId);
      if (!(await markRead(work.client, organisationId, entryId, work.by))) throw problem('not-found');
      await work.audit({ action: 'inbox-read', entitlement, organisationId, subjectId: entryId });
    });
  }
}
