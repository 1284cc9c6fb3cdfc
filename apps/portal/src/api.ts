import { createBusbarClient, unwrap, type Schemas } from '#libs/sdk/client.js';

/** The portal is served from the API's own origin; the session cookie speaks for the person. */
export const api = createBusbarClient({ baseUrl: '', token: null });
export { unwrap };

export type Me = Schemas['Me'];
export type Location = Schemas['Location'];
export type LiveDevice = Schemas['LiveDevice'];
export type LiveConnector = Schemas['LiveConnector'];
export type LiveSite = Schemas['LiveSite'];
export type CommandRequest = Schemas['CommandRequest'];
export type CommandResource = Schemas['Command'];
export type DeviceSettings = Schemas['DeviceSettings'];
export type Invitation = Schemas['Invitation'];
export type AccessEntry = Schemas['AccessEntry'];

export const currentPerson = (): Promise<Me> => unwrap(api.GET('/v1/me'));

/** All locations of the person, every page of them. */
export async function allLocations(): Promise<readonly Location[]> {
  const locations: Location[] = [];
  let cursor: string | null = null;
  do {
    const query: { cursor?: string } = cursor === null ? {} : { cursor };
    const page: { items: Location[]; nextCursor: string | null } = await unwrap(
      api.GET('/v1/locations', { params: { query } }),
    );
    locations.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return locations;
}

export const giveCommand = (deviceId: string, request: CommandRequest): Promise<CommandResource> =>
  unwrap(
    api.POST('/v1/devices/{deviceId}/commands', {
      params: { path: { deviceId }, header: { 'Idempotency-Key': crypto.randomUUID() } },
      body: { request, timeout_s: 60 },
    }),
  );
