import type { z } from 'zod';
import type { accessEntrySchema } from '#libs/contracts/http/grant-routes.js';
import type { Decision } from '#libs/entitlements/decide.js';
import { isLocked, lastRevocableAt, type Lockable, type LockAnchor } from '#libs/entitlements/grant-lock.js';
import type { GrantRole } from '#libs/entitlements/role.js';
import type { AccessRow } from '#libs/store/grants.js';
import type { PersonId } from '#libs/units/identifiers.js';
import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';

export type AccessEntry = z.input<typeof accessEntrySchema>;

/** A line of the permissions tab, for a viewer whose right to revoke was decided. */
export function accessView(
  row: AccessRow,
  viewer: PersonId,
  revoke: Decision,
  lockFrom: LockAnchor,
  now: EpochMilliseconds,
): AccessEntry {
  const lock = lockable(row);
  const until = lock && lastRevocableAt(lock, lockFrom);
  const mine = revoke.allowed && (revoke.extent === 'all' || row.grantedById === viewer);
  // The lock binds all but the owner, who alone ends for the location what is given on the whole customer.
  const owns = revoke.allowed && revoke.role === 'owner';
  const bound = row.scope?.kind === 'customer' || (lock !== null && isLocked(lock, lockFrom, now));
  return {
    origin: row.origin,
    grantId: row.grantId,
    who:
      row.personId === null
        ? { kind: 'organisation', organisationId: row.organisationId ?? '', name: row.organisationName ?? '' }
        : { kind: 'person', personId: row.personId, name: row.personName ?? '', email: row.email ?? '' },
    role: row.role,
    grantedBy: row.grantedById === null ? null : { personId: row.grantedById, name: row.grantedByName ?? '' },
    since: row.since.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    suspended: row.suspended,
    revocable: row.grantId !== null && mine && (owns || !bound),
    scope: row.scope,
    grantedByOrganisation: row.grantedByOrganisation,
    parentGrantId: row.parentGrantId,
    revocableUntil: until === null ? null : new Date(until).toISOString(),
    includeFuture: row.includeFuture,
    branded: row.branded,
    limits:
      row.grantId === null
        ? null
        : {
            actions: row.actions && [...row.actions],
            hours: row.hours && {
              timeZone: row.hours.timeZone,
              ranges: row.hours.ranges.map((range) => ({ ...range, days: [...range.days] })),
            },
            maximumCurrent_A: row.maximumCurrent_A,
          },
  };
}

function lockable({ grantId, role, since, processedAt }: AccessRow): Lockable | null {
  if (grantId === null) return null;
  return {
    role: role as GrantRole,
    grantedAt: epochMilliseconds(since.getTime()),
    processedAt: processedAt && epochMilliseconds(processedAt.getTime()),
  };
}
