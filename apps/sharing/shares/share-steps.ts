import { stepShare, type ShareEvent, type ShareRequest } from '#libs/entitlements/share-request.js';
import { problem } from '#libs/platform/http/problems.js';
import { connected } from '#libs/store/connections.js';
import { tell } from '#libs/store/inbox.js';
import { shareById, storeShare, type ShareRow } from '#libs/store/share-requests.js';
import { requireOrganisationRight, type Work } from '../changes.js';
import { shareProblems, shareSide } from './share-view.js';

/** A share that the actor may handle in the organisation's name, and which side that is. */
export interface Handled {
  readonly share: ShareRow;
  readonly side: 'requester' | 'counterparty';
  readonly entitlement: string;
}

/** Under the lock: the right is checked again, and a share of others does not exist. */
export async function handledShare(work: Work, organisationId: string, shareId: string): Promise<Handled> {
  const { entitlement } = await requireOrganisationRight(work, 'evaluate-shares', organisationId);
  const share = await shareById(work.client, shareId);
  const side = share && shareSide(share, organisationId);
  if (!share || !side) throw problem('not-found');
  return { share, side, entitlement };
}

export const stillConnected = (work: Work, share: ShareRow): Promise<boolean> =>
  connected(work.client, 'sharing', share.requesterId, share.grantorId);

/** The machine's answer, or its refusal as a problem. */
export function nextOf({ share, side }: Handled, event: ShareEvent): ShareRequest {
  const next = stepShare(share, event, side);
  if (!next.ok) throw problem(shareProblems[next.error]);
  return next.value;
}

/** Keeps the step, audits it, and tells the other side. */
export async function takeStep(
  work: Work,
  { share, side, entitlement }: Handled,
  next: ShareRequest,
  detail: Readonly<Record<string, unknown>>,
): Promise<void> {
  await storeShare(work.client, share.shareId, next, null, work.by);
  const [self, other] =
    side === 'requester' ? [share.requesterId, share.grantorId] : [share.grantorId, share.requesterId];
  await work.audit({
    action: `share-${next.state}`,
    entitlement,
    organisationId: self,
    subjectId: share.shareId,
    detail: { name: share.name, ...detail },
  });
  const from = side === 'requester' ? share.requesterName : share.grantorName;
  await tell(
    work.client,
    other,
    { kind: `share-${next.state}`, subjectId: share.shareId, detail: { name: share.name, from } },
    work.by.at,
  );
}

export async function shareAfter(work: Work, shareId: string): Promise<ShareRow> {
  const share = await shareById(work.client, shareId);
  if (!share) throw problem('not-found');
  return share;
}
