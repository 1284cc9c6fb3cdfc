import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { auditRoutes } from '#libs/contracts/http/audit-routes.js';
import { decodeCursor, encodeCursor, pageOf } from '#libs/platform/http/cursor.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteAnswer, RouteRequest } from '#libs/platform/http/route-request.js';
import { POOL } from '#libs/platform/tokens.js';
import { auditPage, type AuditRow } from '#libs/store/audit-log.js';
import type { Pool } from '#libs/store/pool.js';

type Page = RouteAnswer<typeof auditRoutes.listLocationAudit>;

@Controller()
export class AuditController {
  constructor(@Inject(POOL) private readonly pool: Pool) {}

  @Route(auditRoutes.listLocationAudit)
  ofLocation({ params, query }: RouteRequest<typeof auditRoutes.listLocationAudit>): Promise<Page> {
    return this.page(params, query);
  }

  @Route(auditRoutes.listOrganisationAudit)
  ofOrganisation({ params, query }: RouteRequest<typeof auditRoutes.listOrganisationAudit>): Promise<Page> {
    return this.page(params, query);
  }

  private async page(
    about: Parameters<typeof auditPage>[1],
    query: { cursor?: string | undefined; limit: number },
  ): Promise<Page> {
    const before = decodeCursor('audit', [z.number().int()], query.cursor);
    const rows = await auditPage(this.pool, about, before && before[0], query.limit + 1);
    return pageOf(rows, query.limit, entryView, (row) => encodeCursor('audit', [row.sequence]));
  }
}

const entryView = (row: AuditRow): Page['items'][number] => ({
  sequence: row.sequence,
  at: row.at.toISOString(),
  actor: row.actorPersonId === null ? null : { personId: row.actorPersonId, name: row.actorName },
  entitlement: row.entitlement,
  action: row.action,
  subjectId: row.subjectId,
  detail: JSON.parse(row.detail) as Record<string, unknown>,
  hash: row.hash.toString('hex'),
});
