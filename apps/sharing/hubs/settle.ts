import {
  admitProfessional,
  standingActions,
  stepSettings,
  type SettingsAccess,
} from '#libs/entitlements/hub-access.js';
import { endGrant, insertGrant, unlimited, wholeLocation } from '#libs/store/grants.js';
import {
  guardedPlace,
  orphanedGrants,
  professionalsAt,
  sameProfessional,
  storeGuard,
  withdrawIdleRequests,
  type GuardedPlace,
  type Professional,
} from '#libs/store/hub-access.js';
import type { By } from '#libs/store/organisations.js';
import type { EpochMilliseconds } from '#libs/units/quantities.js';
import type { Work } from '../changes.js';

/** AJ-39: an owner of the location counts as an administrator of its hubs. */
const isGuarded = (place: GuardedPlace): boolean => place.ownerPersonId !== null || place.administrators > 0;

/**
 * After any change of who is at a location: professionals' access follows the hubs' administrators (AJ-39), a company that
 * set the hubs up stands back when the first administrator comes and returns when the last one goes, and who was
 * removed keeps nothing.
 */
export async function settleHubAccess(work: Work, locationId: string): Promise<void> {
  for (const grantId of await orphanedGrants(work.client, locationId)) {
    await endGrant(work.change, grantId, 'replaced', work.by);
  }
  await withdrawIdleRequests(work.client, locationId, work.by.at);
  const place = await guardedPlace(work.client, locationId, work.by.at);
  if (!place) return;
  const professionals = await professionalsAt(work.client, locationId);
  const concerned = place.installedByCompany || place.companyId !== null || professionals.length > 0;
  const guarded = isGuarded(place);
  if (!concerned || guarded === place.wasGuarded) return;

  const type = guarded ? 'administrators-came' : 'administrators-gone';
  for (const professional of professionals) {
    const next = stepSettings(professional.settings, { type }, work.now);
    if (next.ok && next.value !== professional.settings) {
      await giveSettings(work, locationId, professional, next.value, work.by);
    }
  }
  const { installedByOrganisationId, installedByCompany, companyId } = place;
  const returns = !guarded && professionals.some(({ organisationId }) => organisationId === companyId);
  await storeGuard(
    work.change,
    locationId,
    {
      installedByOrganisationId:
        guarded && installedByCompany ? null : returns ? companyId : installedByOrganisationId,
      companyId: guarded && installedByCompany ? installedByOrganisationId : returns ? null : companyId,
    },
    guarded ? work.by.at : null,
  );
  if (guarded && installedByCompany) {
    const company = { personId: null, organisationId: installedByOrganisationId };
    await admit(work, locationId, company, null, work.by);
  }
  await work.audit({ action: type, locationId, subjectId: locationId });
}

/** Lets a professional in: the standing part for good, the settings as AJ-39 has it. Answers the standing grant. */
export async function admit(
  work: Work,
  locationId: string,
  who: Professional,
  wished: EpochMilliseconds | null,
  by: By,
): Promise<string> {
  const place = await guardedPlace(work.client, locationId, work.by.at);
  const settings = admitProfessional(place !== null && isGuarded(place), wished, work.now);
  const known = (await professionalsAt(work.client, locationId)).find((each) => sameProfessional(each, who));
  const standing =
    known?.standingGrantId ??
    (await insertGrant(
      work.change,
      {
        ...unlimited,
        place: wholeLocation(locationId),
        ...grantee(who),
        role: 'professional',
        actions: standingActions,
      },
      by,
    ));
  await giveSettings(work, locationId, who, settings, by);
  return standing;
}

/** Takes the place of whatever reach to the settings the professional has. Answers the new grant; null: none is left. */
export async function giveSettings(
  work: Work,
  locationId: string,
  who: Professional,
  { until, hours }: SettingsAccess,
  by: By,
): Promise<string | null> {
  const known = (await professionalsAt(work.client, locationId)).find((each) => sameProfessional(each, who));
  if (known?.settingsGrantId) await endGrant(work.change, known.settingsGrantId, 'replaced', work.by);
  if (until === 'never') return null;
  return insertGrant(
    work.change,
    {
      ...unlimited,
      place: wholeLocation(locationId),
      ...grantee(who),
      role: 'professional',
      expiresAt: until === 'always' ? null : new Date(until),
      hours,
    },
    by,
  );
}

/** Only the two columns: a row of a list has more. */
const grantee = ({ personId, organisationId }: Professional): Professional => ({ personId, organisationId });
