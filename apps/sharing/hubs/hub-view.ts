import type { hubAccessRoutes } from '#libs/contracts/http/hub-access-routes.js';
import { hubRoles, reachesSettings, shownRequestState } from '#libs/entitlements/hub-access.js';
import type { GrantRole } from '#libs/entitlements/role.js';
import type { RouteAnswer } from '#libs/platform/http/route-request.js';
import type { CompanyRow } from '#libs/store/companies.js';
import type { AccessRow } from '#libs/store/grants.js';
import { sameProfessional, type AccessRequestRow, type ProfessionalRow } from '#libs/store/hub-access.js';
import type { EpochMilliseconds } from '#libs/units/quantities.js';

type HubUser = RouteAnswer<typeof hubAccessRoutes.listHubUsers>['items'][number];

/** AJ-41: the owner, the hub's own people, and each professional once: a company is one user. */
export function hubUserViews(
  rows: readonly AccessRow[],
  professionals: readonly ProfessionalRow[],
  installer: CompanyRow | null,
  now: EpochMilliseconds,
): HubUser[] {
  const people = rows.flatMap((row): HubUser[] => {
    const own =
      row.origin === 'owner' || (hubRoles.has(row.role as GrantRole) && row.role !== 'professional');
    if (!own || row.suspended || row.origin === 'membership') return [];
    return [
      {
        kind: row.personId === null ? 'company' : 'person',
        personId: row.personId,
        organisationId: row.organisationId,
        name: row.personName ?? row.organisationName ?? '',
        role: row.role as HubUser['role'],
        grantId: row.grantId,
        settings: null,
      },
    ];
  });
  const looksAfter = professionals
    .filter(
      (each) =>
        !installer || !sameProfessional(each, { personId: null, organisationId: installer.organisationId }),
    )
    .map((each) => professionalView(each, now));
  return [...people, ...(installer ? [installerView(installer)] : []), ...looksAfter];
}

/** The company that set the hub up and has not stood back yet: it reaches everything. */
const installerView = ({ organisationId, name }: CompanyRow): HubUser => ({
  kind: 'company',
  personId: null,
  organisationId,
  name,
  role: 'professional',
  grantId: null,
  settings: { until: null, hours: null },
});

function professionalView(row: ProfessionalRow, now: EpochMilliseconds): HubUser {
  const { until, hours } = row.settings;
  return {
    kind: row.organisationId === null ? 'person' : 'company',
    personId: row.personId,
    organisationId: row.organisationId,
    name: row.name,
    role: 'professional',
    grantId: row.standingGrantId,
    settings: reachesSettings(row.settings, now)
      ? {
          until: typeof until === 'number' ? new Date(until).toISOString() : null,
          hours: hours && {
            timeZone: hours.timeZone,
            ranges: hours.ranges.map(({ days, from_min, to_min }) => ({ days: [...days], from_min, to_min })),
          },
        }
      : null,
  };
}

export const accessRequestView = (
  row: AccessRequestRow,
  now: EpochMilliseconds,
): RouteAnswer<typeof hubAccessRoutes.approveAccess> => ({
  requestId: row.requestId,
  kind: row.kind,
  by: {
    personId: row.createdBy,
    name: row.createdByName,
    organisation: row.organisationId === null ? null : { organisationId: row.organisationId, name: row.name },
  },
  duration_h: row.duration_h,
  cameras: [...row.cameras],
  permissions: [...row.permissions],
  state: shownRequestState(row, now),
  createdAt: row.createdAt.toISOString(),
  expiresAt: new Date(row.expiresAt).toISOString(),
});
