import { randomUUID } from 'node:crypto';
import type { Answer, Caller } from './http-world.js';

interface Ids {
  readonly organisationId: string;
  readonly membershipId: string;
  readonly invitationId: string;
  readonly packageId: string;
  readonly connectionId: string;
  readonly locationId: string;
  readonly device: { readonly deviceId: string };
}

export const form = {
  legalName: 'Volt Alarm',
  registrationNumber: '123 456',
  contactEmail: 'office@example.test',
  activate: true,
};
export const resellerForm = { ...form, description: 'Watches day and night', timeZone: 'Europe/Oslo' };

/** Sends in the name of a company (AJ-02). */
export const inContext = (
  who: Caller,
  organisationId: string,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> => who.send(method, path, body, { 'busbar-context': organisationId });

export const register = async (who: Caller, name: string, country = 'NO'): Promise<string> =>
  (await who.post('/v1/organisations', { name, kind: 'company', country })).as<Ids>(201).organisationId;

export async function registerDealer(who: Caller, name: string, country = 'NO'): Promise<string> {
  const id = await register(who, name, country);
  (await inContext(who, id, 'POST', `/v1/organisations/${id}/dealer-enrolment`, form)).as(200);
  return id;
}

export async function registerReseller(
  who: Caller,
  name: string,
  timeZone = 'Europe/Oslo',
  country = 'NO',
): Promise<string> {
  const id = await register(who, name, country);
  const body = { ...resellerForm, timeZone };
  (await inContext(who, id, 'POST', `/v1/organisations/${id}/reseller-enrolment`, body)).as(200);
  return id;
}

/** The owner adds somebody, who signs in and accepts; answers the membership. */
export async function hire(owner: Caller, company: string, who: Caller, role: string): Promise<string> {
  const added = await owner.post(`/v1/organisations/${company}/members`, { email: who.email, role });
  const { invitationId } = added.as<Ids>(202);
  const path = `/v1/me/membership-invitations/${invitationId}/accept`;
  return (await who.post(path, undefined)).as<Ids>(200).membershipId;
}

export const offer = async (who: Caller, reseller: string, change: object = {}): Promise<string> =>
  (
    await who.post(`/v1/organisations/${reseller}/packages`, {
      name: 'Watch',
      monthlyPrice_minor: 900,
      currency: 'EUR',
      withSim: true,
      countries: ['NO'],
      ...change,
    })
  ).as<Ids>(201).packageId;

export const ask = (who: Caller, dealer: string, resellerId: string): Promise<Answer> =>
  who.post(`/v1/organisations/${dealer}/reseller-requests`, { resellerId });

/** The dealer asks and the reseller approves; answers the connection. */
export async function connect(
  dealerOwner: Caller,
  dealer: string,
  resellerOwner: Caller,
  reseller: string,
): Promise<string> {
  const { connectionId } = (await ask(dealerOwner, dealer, reseller)).as<Ids>(201);
  const path = `/v1/organisations/${reseller}/dealers/${connectionId}/approve`;
  (await resellerOwner.post(path, { dealerNumber: 'D-1' })).as(204);
  return connectionId;
}

export interface Hub {
  readonly locationId: string;
  readonly deviceId: string;
}

/** A place with a hub, installed for the company, or owned by the person. */
export async function installHub(
  who: Caller,
  company: string | null,
  timeZone = 'Europe/Oslo',
): Promise<Hub> {
  const body = { name: `Home ${randomUUID()}`, timeZone, organisationId: company };
  const { locationId } = (await who.post('/v1/locations', body)).as<Ids>(201);
  const device = { kind: 'hub', identity: randomUUID(), name: 'Hub' };
  const added = await who.post(`/v1/locations/${locationId}/devices`, device);
  return { locationId, deviceId: added.as<Ids>(201).device.deviceId };
}

export const aSim = (): string => `89882${String(Math.floor(Math.random() * 1e14)).padStart(14, '0')}`;

/** A SIM of ours in the hub; answers its number. */
export async function insertSim(who: Caller, deviceId: string): Promise<string> {
  const iccid = aSim();
  (await who.put(`/v1/hubs/${deviceId}/sim`, { iccid })).as(200);
  return iccid;
}
