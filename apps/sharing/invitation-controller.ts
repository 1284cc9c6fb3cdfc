import { Controller, Inject } from '@nestjs/common';
import { invitationRoutes } from '#libs/contracts/http/invitation-routes.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteAnswer, RouteRequest } from '#libs/platform/http/route-request.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import { pendingInvitations, type InvitationRow } from '#libs/store/invitations.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import { Invitations } from './invitations.js';
import { SecretCodes } from './secret-codes.js';

@Controller()
export class InvitationController {
  constructor(
    @Inject(Invitations) private readonly invitations: Invitations,
    @Inject(SecretCodes) private readonly codes: SecretCodes,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Route(invitationRoutes.createInvitation)
  async create({ person, params, body }: RouteRequest<typeof invitationRoutes.createInvitation>) {
    const wish = { ...body, expiresAt: dateOf(body.expiresAt) };
    return this.view(await this.invitations.create(person.personId, params.locationId, wish));
  }

  @Route(invitationRoutes.listInvitations)
  async list({ params }: RouteRequest<typeof invitationRoutes.listInvitations>) {
    const rows = await pendingInvitations(this.pool, params.locationId, new Date(this.clock.now()));
    return { items: rows.map((row) => this.view(row)) };
  }

  @Route(invitationRoutes.rotateInvitationCode)
  async rotate({ person, params, body }: RouteRequest<typeof invitationRoutes.rotateInvitationCode>) {
    const wish = { kind: 'code', ...body, expiresAt: dateOf(body.expiresAt) } as const;
    return this.view(await this.invitations.rotateCode(person.personId, params.locationId, wish));
  }

  @Route(invitationRoutes.revokeInvitation)
  async revoke({ person, params }: RouteRequest<typeof invitationRoutes.revokeInvitation>): Promise<void> {
    await this.invitations.revoke(person.personId, params.locationId, params.invitationId);
  }

  private view(row: InvitationRow): RouteAnswer<typeof invitationRoutes.createInvitation> {
    return {
      invitationId: row.invitationId,
      kind: row.kind,
      email: row.email,
      role: row.role,
      invitedBy: { personId: row.createdBy, name: row.createdByName },
      createdAt: row.createdAt.toISOString(),
      expiresAt: new Date(row.expiresAt).toISOString(),
      actions: row.actions && [...row.actions],
      hours: row.hours && {
        timeZone: row.hours.timeZone,
        ranges: row.hours.ranges.map((range) => ({ ...range, days: [...range.days] })),
      },
      maximumCurrent_A: row.maximumCurrent_A,
      includeFuture: row.includeFuture,
      accessExpiresAt: row.grantExpiresAt?.toISOString() ?? null,
      // The other kinds' codes are for the eyes of whom they were mailed to.
      code: row.kind === 'code' ? this.codes.codeOf('invitation', row.invitationId, 1) : null,
      redemptionsLeft: row.maximumRedemptions - row.redemptions,
    };
  }
}

const dateOf = (instant: string | null): Date | null => (instant === null ? null : new Date(instant));
