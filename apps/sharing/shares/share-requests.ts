import { Inject, Injectable } from '@nestjs/common';
import { requestShare, type ShareLevel } from '#libs/entitlements/share-request.js';
import { problem } from '#libs/platform/http/problems.js';
import { connectionById, sideOf } from '#libs/store/connections.js';
import { tell } from '#libs/store/inbox.js';
import { insertShare, type ShareRow } from '#libs/store/share-requests.js';
import type { PersonId } from '#libs/units/identifiers.js';
import { Changes, requireOrganisationRight } from '../changes.js';
import { handledShare, nextOf, shareAfter, stillConnected, takeStep } from './share-steps.js';
import { shareProblems } from './share-view.js';

export interface ShareWish {
  readonly level: ShareLevel;
  readonly name: string;
  readonly message: string | null;
}

/** Asking for a share, and the plain answers to it (5C). What is shared is decided in `Evaluation`. */
@Injectable()
export class ShareRequests {
  constructor(@Inject(Changes) private readonly changes: Changes) {}

  /** CS-04: whoever wants to receive asks; CS-10: the other side's administrators read of it at once. */
  request(actor: PersonId, organisationId: string, connectionId: string, wish: ShareWish): Promise<ShareRow> {
    return this.changes.run(actor, async (work) => {
      const { entitlement } = await requireOrganisationRight(work, 'evaluate-shares', organisationId);
      const connection = await connectionById(work.client, connectionId);
      const side = connection && sideOf(connection, organisationId);
      if (connection?.kind !== 'sharing' || !side) throw problem('not-found');
      const asked = requestShare(connection.state === 'active', wish.name);
      if (!asked.ok) throw problem(shareProblems[asked.error]);
      const [grantorId, from] =
        side === 'requester'
          ? [connection.counterpartyId, connection.requesterName]
          : [connection.requesterId, connection.counterpartyName];
      const shareId = await insertShare(
        work.client,
        {
          ...asked.value,
          ...wish,
          connectionId,
          requesterId: organisationId,
          grantorId,
          replacesGrantId: null,
        },
        work.by,
      );
      const { name, level } = wish;
      await tell(
        work.client,
        grantorId,
        { kind: 'share-requested', subjectId: shareId, detail: { name, level, from } },
        work.by.at,
      );
      await work.audit({
        action: 'share-requested',
        entitlement,
        organisationId,
        subjectId: shareId,
        detail: { name, level, connectionId },
      });
      return shareAfter(work, shareId);
    });
  }

  /** The requester withdraws; the other side approves or, finally, rejects (CS-11, CS-14). */
  answer(
    actor: PersonId,
    organisationId: string,
    shareId: string,
    type: 'withdraw' | 'approve' | 'reject' | 'retry',
  ): Promise<ShareRow> {
    return this.changes.run(actor, async (work) => {
      const handled = await handledShare(work, organisationId, shareId);
      const event =
        type === 'approve' ? { type, connectionActive: await stillConnected(work, handled.share) } : { type };
      await takeStep(work, handled, nextOf(handled, event), {});
      return shareAfter(work, shareId);
    });
  }
}
