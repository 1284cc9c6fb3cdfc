import type { Answer, Caller } from './http-world.js';
import type { SharingStage } from './sharing-stage.js';

export interface PortalAccess {
  readonly enabled: boolean;
  readonly restricted: boolean;
  readonly code: string | null;
  readonly link: string;
  readonly tokens: readonly {
    readonly installationId: string;
    readonly name: string;
    readonly token: string;
  }[];
}

export interface PortalLocation {
  readonly locationId: string;
  readonly name: string;
  readonly installations: readonly { readonly installationId: string; readonly name: string }[];
}

/** Volt's customer, and its locations under it. */
export async function enterCustomer(
  stage: SharingStage,
  name: string,
  locationIds: readonly string[],
): Promise<string> {
  const books = `/v1/organisations/${stage.volt}`;
  const { customerId } = (await stage.ada.post(`${books}/customers`, { name })).as<{ customerId: string }>(
    201,
  );
  for (const locationId of locationIds) await moveTo(stage, locationId, customerId);
  return customerId;
}

export async function moveTo(
  stage: SharingStage,
  locationId: string,
  customerId: string | null,
): Promise<void> {
  const path = `/v1/organisations/${stage.volt}/locations/${locationId}`;
  (await stage.ada.put(path, { customerId, address: null })).as(200);
}

export const portalOfCustomer = (stage: SharingStage, customerId: string): string =>
  `/v1/organisations/${stage.volt}/customers/${customerId}/portal`;
export const portalOfLocation = (stage: SharingStage, locationId: string): string =>
  `/v1/organisations/${stage.volt}/locations/${locationId}/portal`;

/** Ada switches it on; answers the code. */
export async function enablePortal(stage: SharingStage, path: string): Promise<string> {
  const access = (await stage.ada.put(path, { enabled: true })).as<PortalAccess>(200);
  if (access.code === null) throw new Error('a portal that is on has a code');
  return access.code;
}

/** Tries to sign in. */
export const tryPortal = (stage: SharingStage, code: string, token: string | null): Promise<Answer> =>
  stage.world.anonymous.post('/v1/customer-portal/sign-in', { code, token });

/** Signs in; answers a caller that holds the session. */
export async function enterPortal(stage: SharingStage, code: string, token: string | null): Promise<Caller> {
  const answer = await tryPortal(stage, code, token);
  return stage.world.callerWith(answer.as<{ token: string }>(200).token);
}

export async function locationsIn(visitor: Caller): Promise<readonly PortalLocation[]> {
  const answer = await visitor.get('/v1/customer-portal/locations');
  return answer.as<{ items: PortalLocation[] }>(200).items;
}

/** Names of the locations and installations it shows, for comparing at a glance. */
export async function shownIn(visitor: Caller): Promise<readonly string[]> {
  return (await locationsIn(visitor)).flatMap(({ name, installations }) => [
    name,
    ...installations.map((installation) => `${name} / ${installation.name}`),
  ]);
}
