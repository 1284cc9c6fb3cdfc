import { Inject, Injectable } from '@nestjs/common';
import {
  requestConnection,
  stepConnection,
  type ConnectionEvent,
  type ConnectionRefusal,
} from '#libs/entitlements/connection.js';
import { problem, problemWith } from '#libs/platform/http/problems.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import {
  connectionById,
  connectionsOf,
  insertConnection,
  sideOf,
  statesBetween,
  storeConnection,
  type ConnectionRow,
} from '#libs/store/connections.js';
import { requestNobody, requestsToNobody, withdrawFromNobody } from '#libs/store/connections-to-nobody.js';
import { tryGuess } from '#libs/store/guesses.js';
import { tell } from '#libs/store/inbox.js';
import { organisationByKey, organisationName } from '#libs/store/organisations.js';
import type { Pool } from '#libs/store/pool.js';
import { withdrawPendingShares } from '#libs/store/share-requests.js';
import type { Clock } from '#libs/units/clock.js';
import type { PersonId } from '#libs/units/identifiers.js';
import { Changes, requireOrganisationRight, type Work } from '../changes.js';
import { SecretCodes } from '../secret-codes.js';
import { connectionView, viewOfNobody, type ConnectionView } from './connection-view.js';

/** An organisation has few partners; a flood of requests would fill others' inboxes. */
const requestsSent = { times: 30, within_ms: 3_600_000 };

const refusals: Readonly<Record<ConnectionRefusal, Parameters<typeof problem>[0]>> = {
  'same-organisation': 'own-organisation',
  'already-connected': 'already-connected',
  'not-yours': 'not-found',
  over: 'connection-over',
  'services-active': 'connection-over',
};

type Answer = 'approve' | 'reject' | 'withdraw' | 'close';

/** Connections that carry shares (5B, CS-01). Every step is one of an administrator in the organisation's name. */
@Injectable()
export class Connections {
  constructor(
    @Inject(Changes) private readonly changes: Changes,
    @Inject(SecretCodes) private readonly codes: SecretCodes,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * The other organisation is named by its key, which it hands out itself (NB-06). Whether the key is anybody's shows
   * nowhere (NB-07, T2): asked again, the request that waits is answered, to somebody or to nobody.
   */
  async request(
    actor: PersonId,
    organisationId: string,
    wish: { readonly key: string; readonly name: string },
  ): Promise<ConnectionView> {
    const subjects = [`connections of ${organisationId}`];
    if (!(await tryGuess(this.pool, subjects, requestsSent, new Date(this.clock.now())))) {
      throw problemWith('too-many-requests', 'More connections can be asked for in an hour.');
    }
    return this.changes.run(actor, async (work) => {
      const { entitlement } = await requireOrganisationRight(work, 'manage-connections', organisationId);
      const keyHash = this.codes.hashOf('organisation key', wish.key);
      const counterpartyId = await organisationByKey(work.client, keyHash);
      const connection =
        counterpartyId === null
          ? await this.askNobody(work, { requesterId: organisationId, keyHash, name: wish.name })
          : await this.ask(work, organisationId, counterpartyId, wish.name);
      await work.audit({
        action: 'connection-requested',
        entitlement,
        organisationId,
        subjectId: connection.connectionId,
        detail: { name: connection.name },
      });
      return connection;
    });
  }

  async list(organisationId: string): Promise<readonly ConnectionView[]> {
    const rows = await connectionsOf(this.pool, organisationId, 'sharing');
    const views = [
      ...rows.map((row) => connectionView(row, organisationId)),
      ...(await requestsToNobody(this.pool, organisationId)).map(viewOfNobody),
    ];
    return views.toSorted(
      (a, b) => b.requestedAt.localeCompare(a.requestedAt) || a.connectionId.localeCompare(b.connectionId),
    );
  }

  answer(
    actor: PersonId,
    organisationId: string,
    connectionId: string,
    type: Answer,
  ): Promise<ConnectionView> {
    return this.changes.run(actor, async (work) => {
      const { entitlement } = await requireOrganisationRight(work, 'manage-connections', organisationId);
      const row = await connectionById(work.client, connectionId);
      if (!row) return this.answerNobody(work, organisationId, connectionId, type, entitlement);
      // A connection of another kind has routes of its own.
      if (row.kind !== 'sharing') throw problem('not-found');
      await this.step(work, row, organisationId, type);
      await work.audit({
        action: `connection-${type}`,
        entitlement,
        organisationId,
        subjectId: connectionId,
      });
      return this.view(work, connectionId, organisationId);
    });
  }

  private async ask(
    work: Work,
    requesterId: string,
    counterpartyId: string,
    name: string,
  ): Promise<ConnectionView> {
    const waiting = (await connectionsOf(work.client, requesterId, 'sharing')).find(
      (each) => each.state === 'requested' && each.counterpartyId === counterpartyId,
    );
    if (waiting) return connectionView(waiting, requesterId);
    const asked = requestConnection('sharing', {
      same: requesterId === counterpartyId,
      earlier: await statesBetween(work.client, 'sharing', requesterId, counterpartyId),
    });
    if (!asked.ok) throw problem(refusals[asked.error]);
    const parties = { requesterId, counterpartyId, name };
    const connectionId = await insertConnection(work.client, { ...asked.value, ...parties }, work.by);
    const from = (await organisationName(work.client, requesterId)) ?? '';
    await tell(
      work.client,
      counterpartyId,
      { kind: 'connection-requested', subjectId: connectionId, detail: { name, from } },
      work.by.at,
    );
    return this.view(work, connectionId, requesterId);
  }

  private async askNobody(work: Work, request: Parameters<typeof requestNobody>[1]): Promise<ConnectionView> {
    const connectionId = await requestNobody(work.client, request, work.by);
    return this.viewNobody(work, request.requesterId, connectionId);
  }

  private async answerNobody(
    work: Work,
    organisationId: string,
    connectionId: string,
    type: Answer,
    entitlement: string,
  ): Promise<ConnectionView> {
    const known = (await requestsToNobody(work.client, organisationId)).find(
      (each) => each.connectionId === connectionId,
    );
    if (!known) throw problem('not-found');
    // What a requester gets for a step that is the other side's, or too late.
    if (type === 'approve' || type === 'reject') throw problem('not-found');
    if (type === 'close' || known.withdrawnAt) throw problem('connection-over');
    await withdrawFromNobody(work.client, organisationId, connectionId, work.by);
    await work.audit({
      action: 'connection-withdraw',
      entitlement,
      organisationId,
      subjectId: connectionId,
    });
    return this.viewNobody(work, organisationId, connectionId);
  }

  private async step(work: Work, row: ConnectionRow, organisationId: string, type: Answer): Promise<void> {
    // No service is ever billed over a sharing connection.
    const event: ConnectionEvent = type === 'close' ? { type, activeServices: 0 } : { type };
    const side = sideOf(row, organisationId);
    const next = stepConnection(row, event, side);
    if (!next.ok) throw problem(refusals[next.error]);
    await storeConnection(work.client, row.connectionId, next.value.state, work.by);
    // What is not shared yet will not be; grants follow their own rule.
    if (type === 'close') await withdrawPendingShares(work.client, row.connectionId, work.by);
    const from = side === 'requester' ? row.requesterName : row.counterpartyName;
    await tell(
      work.client,
      side === 'requester' ? row.counterpartyId : row.requesterId,
      {
        kind: `connection-${next.value.state}`,
        subjectId: row.connectionId,
        // A refusal does not tell who refused (NB-07).
        detail: type === 'reject' ? { name: row.name } : { name: row.name, from },
      },
      work.by.at,
    );
  }

  private async view(work: Work, connectionId: string, organisationId: string): Promise<ConnectionView> {
    const row = await connectionById(work.client, connectionId);
    if (!row) throw problem('not-found');
    return connectionView(row, organisationId);
  }

  private async viewNobody(work: Work, requesterId: string, connectionId: string): Promise<ConnectionView> {
    const rows = await requestsToNobody(work.client, requesterId);
    const row = rows.find((each) => each.connectionId === connectionId);
    if (!row) throw problem('not-found');
    return viewOfNobody(row);
  }
}
