import type { organisationRoutes } from '#libs/contracts/http/organisation-routes.js';
import type { RouteAnswer } from '#libs/platform/http/route-request.js';
import type { MembershipInvitationRow } from '#libs/store/membership-invitations.js';
import type { Member, OrganisationOfPerson } from '#libs/store/organisations.js';

export const organisationView = (
  row: OrganisationOfPerson,
): RouteAnswer<typeof organisationRoutes.createOrganisation> => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
});

export const memberView = (row: Member): RouteAnswer<typeof organisationRoutes.changeRole> => ({
  ...row,
  since: row.since.toISOString(),
});

export const memberInvitationView = (
  row: MembershipInvitationRow,
): RouteAnswer<typeof organisationRoutes.inviteMember> => ({
  invitationId: row.invitationId,
  email: row.email,
  role: row.role,
  expiresAt: row.expiresAt.toISOString(),
});
