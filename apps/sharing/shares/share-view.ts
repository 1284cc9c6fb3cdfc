import type { z } from 'zod';
import type { ProblemCode } from '#libs/contracts/http/problem.js';
import type { shareSchema } from '#libs/contracts/http/share-schemas.js';
import { shownStatus, type ShareRefusal } from '#libs/entitlements/share-request.js';
import type { ShareRow } from '#libs/store/share-requests.js';

export type ShareView = z.input<typeof shareSchema>;

/** Which side of the share an organisation stands on; null: it is none of its business. */
export function shareSide(share: ShareRow, organisationId: string): 'requester' | 'counterparty' | null {
  if (share.requesterId === organisationId) return 'requester';
  return share.grantorId === organisationId ? 'counterparty' : null;
}

/** A share as one of its two organisations sees it. */
export function shareView(share: ShareRow, organisationId: string): ShareView {
  const side = shareSide(share, organisationId) ?? 'requester';
  return {
    shareId: share.shareId,
    connectionId: share.connectionId,
    side,
    requester: { organisationId: share.requesterId, name: share.requesterName },
    grantor: { organisationId: share.grantorId, name: share.grantorName },
    level: share.level,
    name: share.name,
    message: share.message,
    status: shownStatus(share.state, side),
    failure: share.failure,
    terms: share.terms && {
      ...share.terms,
      actions: share.terms.actions && [...share.terms.actions],
      hours: share.terms.hours && {
        timeZone: share.terms.hours.timeZone,
        ranges: share.terms.hours.ranges.map((range) => ({ ...range, days: [...range.days] })),
      },
    },
    replacesGrantId: share.replacesGrantId,
    progress: { taken: share.taken, chosen: share.chosen, total: share.total },
    requestedAt: share.requestedAt.toISOString(),
    answeredAt: share.answeredAt?.toISOString() ?? null,
    confirmedAt: share.confirmedAt?.toISOString() ?? null,
    availableAt: share.availableAt?.toISOString() ?? null,
    processedAt: share.processedAt?.toISOString() ?? null,
    endedAt: share.endedAt?.toISOString() ?? null,
  };
}

/** How each refusal of the machine is told. */
export const shareProblems: Readonly<Record<ShareRefusal, ProblemCode>> = {
  'not-yours': 'not-found',
  over: 'share-over',
  'not-connected': 'not-connected',
  'no-name': 'invalid-request',
  'mapping-incomplete': 'mapping-incomplete',
  'grant-locked': 'grant-locked',
  'not-ready': 'share-not-ready',
};
