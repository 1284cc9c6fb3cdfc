import { locationActions } from '#libs/entitlements/action.js';
import { waysTo } from '#libs/entitlements/decide.js';
import { isWider, locationMatrix } from '#libs/entitlements/matrix.js';
import { readFactsOf } from '#libs/store/entitlement-facts.js';
import type { NewGrant } from '#libs/store/grants.js';
import type { Queryable } from '#libs/store/pool.js';
import { organisationId, personId, siteId } from '#libs/units/identifiers.js';
import type { EpochMilliseconds } from '#libs/units/quantities.js';

/** NB-42: whether the grantee has everything already that the grant would give, for at least as long. */
export async function hasAlready(
  client: Queryable,
  grant: NewGrant,
  now: EpochMilliseconds,
): Promise<boolean> {
  const locationId = siteId(grant.locationId);
  const until = grant.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  const lasts = (expiresAt: number | null): boolean => expiresAt === null || expiresAt >= until;

  if (grant.personId !== null) {
    const person = personId(grant.personId);
    const facts = await readFactsOf(client, person, grant.locationId);
    return locationActions.every((action) => {
      const wanted = locationMatrix[grant.role][action];
      return (
        wanted === 'none' ||
        waysTo(facts, person, action, locationId, now).some(
          ({ extent, proof }) =>
            !isWider(wanted, extent) && (proof.kind !== 'grant' || lasts(proof.expiresAt)),
        )
      );
    });
  }

  const organisation = organisationId(grant.organisationId ?? '');
  const facts = await readFactsOf(client, '', grant.locationId);
  const location = facts.location(locationId);
  if (location?.installedByOrganisationId === organisation) return true;
  return (location?.grants ?? []).some(
    ({ grantee, role, expiresAt, suspended }) =>
      !suspended &&
      grantee.kind === 'organisation' &&
      grantee.organisationId === organisation &&
      (role === grant.role || role === 'partner') &&
      lasts(expiresAt) &&
      (expiresAt === null || now < expiresAt),
  );
}
