import { isLocked } from '#libs/entitlements/grant-lock.js';
import type { EpochMilliseconds } from '#libs/units/quantities.js';
import { endGrant, type GrantEnd } from '#libs/store/grants.js';
import { tell } from '#libs/store/inbox.js';
import { locationsUnder, sharedGrant, type SharedGrant } from '#libs/store/shared-grants.js';
import type { Work } from '../changes.js';
import type { ShareConfig } from './share-config.js';

/** CS-21: whether the grantor's time to take it back is over. */
export const lockedAgainst = (
  grant: SharedGrant,
  { lockFrom }: ShareConfig,
  now: EpochMilliseconds,
): boolean => isLocked(grant, lockFrom, now);

/**
 * Ends a grant between organisations and all that was passed on from it (CS-22, CS-24), in the one transaction, and
 * tells everybody who loses something. Answers the locations it was about.
 */
export async function endShared(
  work: Work,
  grant: SharedGrant,
  reason: GrantEnd,
  entitlement: string,
): Promise<readonly string[]> {
  const under = await grantsUnder(work, grant.grantId);
  const touched = await locationsUnder(work.client, grant);
  await endGrant(work.change, grant.grantId, reason, work.by);
  await work.audit({
    action: `grant-${reason}`,
    entitlement,
    organisationId: grant.grantorId,
    ...(grant.locationId === null ? {} : { locationId: grant.locationId }),
    subjectId: grant.grantId,
    detail: { kind: grant.kind, objectId: grant.objectId, role: grant.role, cascaded: under.length },
  });
  for (const lost of [grant, ...under]) {
    const detail = { name: lost.objectName ?? '', from: lost.grantorName, role: lost.role };
    const entry = { kind: 'access-ended', subjectId: lost.grantId, detail };
    await tell(work.client, lost.granteeId, entry, work.by.at);
  }
  return touched;
}

async function grantsUnder(work: Work, grantId: string): Promise<readonly SharedGrant[]> {
  const { rows } = await work.client.query<{ id: string }>(
    `WITH RECURSIVE under AS (
       SELECT id FROM grants WHERE parent_grant_id = $1 AND revoked_at IS NULL
       UNION SELECT child.id FROM grants child JOIN under ON child.parent_grant_id = under.id
        WHERE child.revoked_at IS NULL)
     SELECT id FROM under`,
    [grantId],
  );
  const found: SharedGrant[] = [];
  for (const { id } of rows) {
    const grant = await sharedGrant(work.client, id);
    if (grant) found.push(grant);
  }
  return found;
}
