import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { answerRoutes } from '#libs/contracts/http/answer-routes.js';
import { decodeCursor, encodeCursor, pageOf } from '#libs/platform/http/cursor.js';
import { problem } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteRequest } from '#libs/platform/http/route-request.js';
import { POOL } from '#libs/platform/tokens.js';
import { organisationsOf } from '#libs/store/organisations.js';
import type { Pool } from '#libs/store/pool.js';
import { pricedSessions } from '#libs/store/priced-sessions.js';
import { formerOwnershipsOf } from '#libs/store/transfers.js';
import { Acceptance } from './acceptance.js';
import { Memberships } from './memberships.js';
import { organisationView } from './organisation-view.js';
import { Sharing } from './sharing.js';
import { Transfers } from './transfers.js';
import { Waiting } from './waiting.js';

/** What a person does with what others offered: accept, decline, leave, give up. */
@Controller()
export class AnswerController {
  constructor(
    @Inject(Acceptance) private readonly acceptance: Acceptance,
    @Inject(Memberships) private readonly memberships: Memberships,
    @Inject(Transfers) private readonly transfers: Transfers,
    @Inject(Sharing) private readonly sharing: Sharing,
    @Inject(Waiting) private readonly waiting: Waiting,
    @Inject(POOL) private readonly pool: Pool,
  ) {}

  @Route(answerRoutes.listWaiting)
  list({ person }: RouteRequest<typeof answerRoutes.listWaiting>) {
    return this.waiting.of(person);
  }

  @Route(answerRoutes.redeemCode)
  redeem({ person, body, clientAddress }: RouteRequest<typeof answerRoutes.redeemCode>) {
    return this.acceptance.redeem(person, clientAddress, body.code);
  }

  @Route(answerRoutes.acceptInvitation)
  accept({ person, params }: RouteRequest<typeof answerRoutes.acceptInvitation>) {
    return this.acceptance.acceptById(person, params.invitationId);
  }

  @Route(answerRoutes.declineInvitation)
  decline({ person, params }: RouteRequest<typeof answerRoutes.declineInvitation>): Promise<void> {
    return this.acceptance.decline(person, params.invitationId);
  }

  @Route(answerRoutes.acceptMembership)
  async join({ person, params }: RouteRequest<typeof answerRoutes.acceptMembership>) {
    const joined = await this.memberships.join(person, params.invitationId);
    const organisations = await organisationsOf(this.pool, person.personId);
    const row = organisations.find(({ organisationId }) => organisationId === joined);
    if (!row) throw problem('not-found');
    return organisationView(row);
  }

  @Route(answerRoutes.declineMembership)
  declineMembership({ person, params }: RouteRequest<typeof answerRoutes.declineMembership>): Promise<void> {
    return this.memberships.declineInvitation(person, params.invitationId);
  }

  @Route(answerRoutes.leaveOrganisation)
  leave({ person, params }: RouteRequest<typeof answerRoutes.leaveOrganisation>): Promise<void> {
    return this.memberships.leave(person.personId, params.membershipId);
  }

  @Route(answerRoutes.relinquishGrant)
  relinquish({ person, params }: RouteRequest<typeof answerRoutes.relinquishGrant>): Promise<void> {
    return this.sharing.relinquishGrant(person.personId, params.grantId);
  }

  @Route(answerRoutes.acceptTransfer)
  async acceptTransfer({ person, params }: RouteRequest<typeof answerRoutes.acceptTransfer>) {
    return { locationId: await this.transfers.accept(person, params.transferId) };
  }

  @Route(answerRoutes.rejectTransfer)
  rejectTransfer({ person, params }: RouteRequest<typeof answerRoutes.rejectTransfer>): Promise<void> {
    return this.transfers.reject(person, params.transferId);
  }

  @Route(answerRoutes.listFormerOwnerships)
  async former({ person }: RouteRequest<typeof answerRoutes.listFormerOwnerships>) {
    const rows = await formerOwnershipsOf(this.pool, person.personId);
    return {
      items: rows.map(({ ownershipId, locationName, beganAt, endedAt }) => ({
        ownershipId,
        locationName,
        beganAt: beganAt.toISOString(),
        endedAt: endedAt.toISOString(),
      })),
    };
  }

  /** NB-52: the own time, and nothing of what came before or after. */
  @Route(answerRoutes.listFormerSessions)
  async formerSessions({ person, params, query }: RouteRequest<typeof answerRoutes.listFormerSessions>) {
    const ownerships = await formerOwnershipsOf(this.pool, person.personId);
    const own = ownerships.find(({ ownershipId }) => ownershipId === params.ownershipId);
    if (!own) throw problem('not-found');
    const after = decodeCursor('former-sessions', [z.number(), z.number().int()], query.cursor);
    const rows = await pricedSessions(
      this.pool,
      {
        locationId: own.locationId,
        ofPersonId: null,
        deviceId: null,
        idToken: null,
        open: null,
        from: own.beganAt,
        to: own.endedAt,
      },
      after && { startedAt: new Date(after[0]), transactionId: after[1] },
      query.limit + 1,
    );
    return pageOf(
      rows,
      query.limit,
      (row) => ({
        ...row,
        startedAt: row.startedAt.toISOString(),
        endedAt: row.endedAt?.toISOString() ?? null,
      }),
      (row) => encodeCursor('former-sessions', [row.startedAt.getTime(), row.transactionId]),
    );
  }
}
