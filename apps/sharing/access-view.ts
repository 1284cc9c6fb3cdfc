import type { z } from 'zod';
import type { accessEntrySchema } from '#libs/contracts/http/grant-routes.js';
import type { Decision } from '#libs/entitlements/decide.js';
import type { AccessRow } from '#libs/store/grants.js';
import type { PersonId } from '#libs/units/identifiers.js';

export type AccessEntry = z.input<typeof accessEntrySchema>;

/** A line of the permissions tab, for a viewer whose right to revoke was decided. */
export function accessView(row: AccessRow, viewer: PersonId, revoke: Decision): AccessEntry {
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
    revocable:
      row.grantId !== null && revoke.allowed && (revoke.extent === 'all' || row.grantedById === viewer),
  };
}
