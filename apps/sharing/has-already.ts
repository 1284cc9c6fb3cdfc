import { locationActions } from '#libs/entitlements/action.js';
import { waysTo } from '#libs/entitlements/decide.js';
import { atLocation } from '#libs/entitlements/facts.js';
import { isWider, locationMatrix } from '#libs/entitlements/matrix.js';
import { readFactsAround } from '#libs/store/entitlement-facts.js';
import type { NewGrant } from '#libs/store/grants.js';
import type { Queryable } from '#libs/store/pool.js';
import { organisationId, personId } from '#libs/units/identifiers.js';
import type { EpochMilliseconds } from '#libs/units/quantities.js';

/** NB-42: whether the grantee has everything already that the grant would give, for at least as long. */
export async function hasAlready(
  client: Queryable,
  grant: Pick<NewGrant, 'personId' | 'organisationId' | 'role' | 'expiresAt'> & {
    readonly locationId: string;
  },
  now: EpochMilliseconds,
): Promise<boolean> {
  const target = atLocation(grant.locationId);
  const until = grant.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  const lasts = (expiresAt: number | null): boolean => expiresAt === null || expiresAt >= until;

  if (grant.personId !== null) {
    const person = personId(grant.personId);
    const facts = await readFactsAround(client, person, target);
    return locationActions.every((action) => {
      const wanted = locationMatrix[grant.role][action];
      if (wanted !== 'all' && wanted !== 'own') return true;
      return waysTo(facts, person, action, target, now).some(
        ({ extent, proof }) =>
          !isWider(wanted, extent) && (proof.kind !== 'grant' || (!proof.timed && lasts(proof.expiresAt))),
      );
    });
  }

  const organisation = organisationId(grant.organisationId ?? '');
  const facts = await readFactsAround(client, '', target);
  if (facts.location(grant.locationId)?.installedByOrganisationId === organisation) return true;
  return facts
    .grantsOn(target)
    .some(
      ({ grantee, role, expiresAt, suspended, hours, actions }) =>
        !suspended &&
        hours === null &&
        actions === null &&
        grantee.kind === 'organisation' &&
        grantee.organisationId === organisation &&
        (role === grant.role || role === 'partner') &&
        lasts(expiresAt) &&
        (expiresAt === null || now < expiresAt),
    );
}
