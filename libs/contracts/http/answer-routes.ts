import { z } from 'zod';
import { instant, nameSchema, page, pageQuery, uuid } from './common.js';
import { grantRoleSchema } from './grant-routes.js';
import { sessionSchema } from './history-routes.js';
import { organisationRoleSchema } from './me-routes.js';
import { organisationSchema } from './organisation-routes.js';
import { route, signedIn } from './route.js';

/** What waits for the answer of the person who is signed in. */
export const waitingSchema = z
  .object({
    locations: z.array(
      z.object({
        invitationId: uuid,
        locationName: nameSchema,
        role: grantRoleSchema,
        invitedBy: z.string(),
        /** The organisation you would accept for; null when you are invited yourself. */
        organisationName: z.string().nullable(),
        expiresAt: instant,
      }),
    ),
    organisations: z.array(
      z.object({
        invitationId: uuid,
        organisationName: nameSchema,
        role: organisationRoleSchema,
        invitedBy: z.string(),
        expiresAt: instant,
      }),
    ),
    transfers: z.array(
      z.object({ transferId: uuid, locationName: nameSchema, startedBy: z.string(), expiresAt: instant }),
    ),
  })
  .meta({ id: 'Waiting' });

const accepted = z.object({ locationId: uuid, grantId: uuid }).meta({ id: 'AcceptedInvitation' });
const formerOwnership = z
  .object({ ownershipId: uuid, locationName: nameSchema, beganAt: instant, endedAt: instant })
  .meta({ id: 'FormerOwnership' });

const common = { tag: 'me', access: signedIn, query: z.object({}), errors: [] } as const;
const invitationParams = z.object({ invitationId: uuid });
const empty = { kind: 'empty', status: 204 } as const;

export const answerRoutes = {
  listWaiting: route({
    ...common,
    method: 'get',
    path: '/v1/me/invitations',
    operationId: 'listWaiting',
    summary: 'Invitations and transfers that wait for your answer',
    params: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: waitingSchema },
  }),
  redeemCode: route({
    ...common,
    method: 'post',
    path: '/v1/me/invitations/redeem',
    operationId: 'redeemCode',
    summary: 'Add a location that has been shared with you, by its code (NB-37)',
    params: z.object({}),
    body: z.strictObject({ code: z.string().min(1).max(64) }),
    response: { kind: 'json', status: 200, schema: accepted },
    errors: ['unknown-code', 'already-accepted', 'already-has-access', 'email-not-verified'],
  }),
  acceptInvitation: route({
    ...common,
    method: 'post',
    path: '/v1/me/invitations/{invitationId}/accept',
    operationId: 'acceptInvitation',
    summary: 'Accept an invitation to you, or to an organisation you administer (NB-19)',
    params: invitationParams,
    body: null,
    response: { kind: 'json', status: 200, schema: accepted },
    errors: ['not-found', 'already-accepted', 'already-has-access'],
  }),
  declineInvitation: route({
    ...common,
    method: 'post',
    path: '/v1/me/invitations/{invitationId}/decline',
    operationId: 'declineInvitation',
    summary: 'Decline an invitation',
    params: invitationParams,
    body: null,
    response: empty,
    errors: ['not-found', 'already-accepted'],
  }),
  acceptMembership: route({
    ...common,
    method: 'post',
    path: '/v1/me/membership-invitations/{invitationId}/accept',
    operationId: 'acceptMembership',
    summary: 'Join the organisation that invited you (NB-08)',
    params: invitationParams,
    body: null,
    response: { kind: 'json', status: 200, schema: organisationSchema },
    errors: ['not-found', 'already-member'],
  }),
  declineMembership: route({
    ...common,
    method: 'post',
    path: '/v1/me/membership-invitations/{invitationId}/decline',
    operationId: 'declineMembership',
    summary: 'Decline to join an organisation',
    params: invitationParams,
    body: null,
    response: empty,
    errors: ['not-found'],
  }),
  leaveOrganisation: route({
    ...common,
    method: 'delete',
    path: '/v1/me/memberships/{membershipId}',
    operationId: 'leaveOrganisation',
    summary: 'Leave an organisation; what you installed stays its own (NB-04)',
    params: z.object({ membershipId: uuid }),
    body: null,
    response: empty,
    errors: ['not-found', 'last-administrator', 'owner-stays'],
  }),
  relinquishGrant: route({
    ...common,
    method: 'delete',
    path: '/v1/me/grants/{grantId}',
    operationId: 'relinquishGrant',
    summary: 'Give up an access you were given, or your organisation was',
    params: z.object({ grantId: uuid }),
    body: null,
    response: empty,
    errors: ['not-found'],
  }),
  acceptTransfer: route({
    ...common,
    method: 'post',
    path: '/v1/me/transfers/{transferId}/accept',
    operationId: 'acceptTransfer',
    summary: 'Become the owner; the access of the former owner and his guests ends at once (NB-51)',
    params: z.object({ transferId: uuid }),
    body: null,
    response: { kind: 'json', status: 200, schema: z.object({ locationId: uuid }) },
    errors: ['not-found', 'services-active'],
  }),
  rejectTransfer: route({
    ...common,
    method: 'post',
    path: '/v1/me/transfers/{transferId}/reject',
    operationId: 'rejectTransfer',
    summary: 'Refuse to become the owner',
    params: z.object({ transferId: uuid }),
    body: null,
    response: empty,
    errors: ['not-found'],
  }),
  listFormerOwnerships: route({
    ...common,
    method: 'get',
    path: '/v1/me/former-locations',
    operationId: 'listFormerOwnerships',
    summary: 'The locations you once owned, and when',
    params: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: z.object({ items: z.array(formerOwnership) }) },
  }),
  listFormerSessions: route({
    ...common,
    method: 'get',
    path: '/v1/me/former-locations/{ownershipId}/sessions',
    operationId: 'listFormerSessions',
    summary: 'Charging sessions of the time when you owned the location (NB-52)',
    params: z.object({ ownershipId: uuid }),
    query: z.object(pageQuery),
    body: null,
    response: { kind: 'json', status: 200, schema: page(sessionSchema) },
    errors: ['not-found', 'invalid-cursor'],
  }),
};
