import type { Caller } from './http-world.js';
import { keyOf, organise } from './sharing-stage.js';
import { waitFor } from './wait-for.js';

/** An organisation and one of its administrators. */
export interface Company {
  readonly id: string;
  readonly who: Caller;
}

export interface Share {
  readonly shareId: string;
  readonly connectionId: string;
  readonly status: string;
  readonly side: string;
  readonly name: string;
  readonly failure: string | null;
  readonly replacesGrantId: string | null;
  readonly progress: { readonly taken: number; readonly chosen: number; readonly total: number };
}

export interface SharedGrantLine {
  readonly grantId: string;
  readonly role: string;
  readonly object: { readonly kind: string; readonly id: string };
  readonly grantor: { readonly organisationId: string };
  readonly grantee: { readonly organisationId: string };
  readonly parentGrantId: string | null;
  readonly revocableUntil: string | null;
  readonly revocable: boolean;
  readonly branded: boolean;
  readonly includeFuture: boolean;
  readonly share: { readonly shareId: string } | null;
}

export const company = async (who: Caller, name: string): Promise<Company> => ({
  id: await organise(who, name),
  who,
});

/** A path under the organisation. */
export const of = ({ id }: Company, rest: string): string => `/v1/organisations/${id}/${rest}`;

/** One asks the other for a connection, and the other approves, unless they have one; answers its id. */
export async function connect(requester: Company, other: Company): Promise<string> {
  const { items } = (await requester.who.get(of(requester, 'connections'))).as<{
    items: { connectionId: string; state: string; other: { organisationId: string } | null }[];
  }>(200);
  const there = items.find(({ state, other: to }) => state === 'active' && to?.organisationId === other.id);
  if (there) return there.connectionId;
  const key = await keyOf(other.who, other.id);
  const asked = await requester.who.post(of(requester, 'connections'), { key, name: 'Together' });
  const { connectionId } = asked.as<{ connectionId: string }>(202);
  (await other.who.post(of(other, `connections/${connectionId}/approve`), undefined)).as(200);
  return connectionId;
}

export async function requestShare(
  requester: Company,
  connectionId: string,
  level: string,
  name = 'Roof',
): Promise<string> {
  const path = of(requester, `connections/${connectionId}/shares`);
  return (await requester.who.post(path, { level, name })).as<Share>(201).shareId;
}

/** The grantor approves and confirms with this selection; answers the share. */
export async function grantShare(grantor: Company, shareId: string, body: object): Promise<Share> {
  (await grantor.who.post(of(grantor, `shares/${shareId}/approve`), undefined)).as(200);
  return (await grantor.who.post(of(grantor, `shares/${shareId}/confirm`), body)).as<Share>(200);
}

export const shareOf = async (by: Company, shareId: string): Promise<Share> =>
  (await by.who.get(of(by, `shares/${shareId}`))).as<Share>(200);

/** Polls the share as a client does (CS-45). */
export const untilShare = (by: Company, shareId: string, status: string): Promise<Share> =>
  waitFor(`the share to be ${status}`, async () => {
    const share = await shareOf(by, shareId);
    return share.status === status ? share : null;
  });

export const grantsOf = async (by: Company): Promise<readonly SharedGrantLine[]> =>
  (await by.who.get(of(by, 'grants'))).as<{ items: SharedGrantLine[] }>(200).items;

/** The live grant that a share made on an object. */
export async function grantOn(by: Company, objectId: string, shareId: string): Promise<SharedGrantLine> {
  const found = (await grantsOf(by)).find(
    ({ object, share }) => object.id === objectId && share?.shareId === shareId,
  );
  if (!found) throw new Error('there is no such grant');
  return found;
}

/** The requester takes the whole share over and waits until that is done. */
export async function takeOver(
  requester: Company,
  shareId: string,
  objects: readonly object[],
): Promise<Share> {
  await untilShare(requester, shareId, 'available');
  (await requester.who.post(of(requester, `shares/${shareId}/process`), { objects })).as(202);
  return untilShare(requester, shareId, 'processed');
}

export const inbox = async (by: Company): Promise<readonly InboxLine[]> =>
  (await by.who.get(of(by, 'inbox'))).as<{ items: InboxLine[] }>(200).items;
export interface InboxLine {
  readonly entryId: string;
  readonly kind: string;
  readonly subjectId: string;
  readonly detail: Readonly<Record<string, string>>;
  readonly at: string;
  readonly readAt: string | null;
}

/** What a company has in its books: a customer with a location, a building and installations in it. */
export interface Books {
  readonly customerId: string;
  readonly locationId: string;
  readonly buildingId: string;
  readonly installationIds: readonly string[];
}

export async function enterBooks(by: Company, name: string, installations = 2): Promise<Books> {
  const { who } = by;
  const { customerId } = (await who.post(of(by, 'customers'), { name })).as<Books>(201);
  const location = { name: `${name} house`, timeZone: 'Europe/Oslo', organisationId: by.id };
  const { locationId } = (await who.post('/v1/locations', location)).as<Books>(201);
  const entry = { customerId, address: 'Low Street 1' };
  (await who.put(of(by, `locations/${locationId}`), entry)).as(200);
  const at = `locations/${locationId}`;
  const { buildingId } = (await who.post(of(by, `${at}/buildings`), { name: `${name} garage` })).as<Books>(
    201,
  );
  const installationIds: string[] = [];
  for (let index = 1; index <= installations; index++) {
    const body = { name: `${name} ${index}`, description: 'charging point', buildingId };
    const made = await who.post(of(by, `${at}/installations`), body);
    installationIds.push(made.as<{ installationId: string }>(201).installationId);
  }
  return { customerId, locationId, buildingId, installationIds };
}
