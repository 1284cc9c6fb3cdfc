import type { OrganisationRole } from '#libs/entitlements/role.js';
import type { Caller } from './http-world.js';

interface Ids {
  readonly invitationId: string;
  readonly grantId: string;
  readonly membershipId: string;
  readonly transferId: string;
  readonly items: readonly { readonly membershipId: string; readonly personId: string }[];
}

/** One invites by e-mail and the other accepts; answers the grant. */
export async function share(
  by: Caller,
  locationId: string,
  to: Caller,
  role: 'partner' | 'guest',
): Promise<string> {
  const invited = await by.post(`/v1/locations/${locationId}/invitations`, {
    kind: 'person',
    email: to.email,
    role,
  });
  const { invitationId } = invited.as<Ids>(202);
  return (await to.post(`/v1/me/invitations/${invitationId}/accept`, undefined)).as<Ids>(200).grantId;
}

/** One invites into the organisation and the other joins; answers the membership. */
export async function join(
  by: Caller,
  organisationId: string,
  who: Caller,
  role: OrganisationRole,
): Promise<string> {
  const path = `/v1/organisations/${organisationId}/members`;
  const { invitationId } = (await by.post(path, { email: who.email, role })).as<Ids>(202);
  const joined = await who.post(`/v1/me/membership-invitations/${invitationId}/accept`, undefined);
  return joined.as<Ids>(200).membershipId;
}

/** One offers the ownership and the other takes it. */
export async function handOver(by: Caller, locationId: string, to: Caller): Promise<void> {
  const begun = await by.post(`/v1/locations/${locationId}/transfer`, { email: to.email });
  const { transferId } = begun.as<Ids>(202);
  (await to.post(`/v1/me/transfers/${transferId}/accept`, undefined)).as(200);
}
