import type { ProblemCode } from '#libs/contracts/http/problem.js';
import {
  stepInvitation,
  type InvitationEvent,
  type InvitationRefusal,
} from '#libs/entitlements/invitation.js';
import { problem } from '#libs/platform/http/problems.js';
import { storeInvitation, type InvitationRow } from '#libs/store/invitations.js';
import type { Work } from './changes.js';

/** What a refusal is called when somebody tries a code, and when he answers an invitation of his own list. */
export const refusals: Readonly<
  Record<InvitationRefusal, { readonly code: ProblemCode; readonly id: ProblemCode }>
> = {
  'not-yours': { code: 'unknown-code', id: 'not-found' },
  expired: { code: 'unknown-code', id: 'not-found' },
  over: { code: 'unknown-code', id: 'not-found' },
  'issuer-lost-right': { code: 'unknown-code', id: 'not-found' },
  'already-accepted': { code: 'unknown-code', id: 'already-accepted' },
};

/** Takes the step of the machine and keeps where it led to, or throws what it refused. */
export async function stepRow(
  work: Work,
  row: InvitationRow,
  event: InvitationEvent,
  by: 'code' | 'id',
): Promise<void> {
  const next = stepInvitation(row, event, work.now);
  if (next.ok) return storeInvitation(work.client, row.invitationId, next.value, work.by, work.by.at);
  // NB-25: only an administrator of the invited organisation learns that another was faster.
  const late = next.error === 'already-accepted' && row.kind === 'organisation';
  throw problem(late ? 'already-accepted' : refusals[next.error][by]);
}
