import { join } from 'node:path';
import type { Fleet } from '#libs/contracts/fleet.js';
import type { SiteTopology } from '#libs/allocation/topology.js';
import { createBusbarClient, unwrap, type BusbarClient } from '#libs/sdk/client.js';
import { signIn, signUp, SignInRefused } from '#libs/sdk/session.js';
import { garageTopology, readGarage, stationNames } from './caltech-site.js';
import type { FirstLogin } from './first-login.js';
import { writePrivateFile } from './keep-file.js';

export interface DemoSite {
  readonly locationId: string;
  readonly name: string;
  readonly timeZone: string;
  readonly topology: SiteTopology;
  readonly deviceNames: ReadonlyMap<string, string>;
  readonly fleetFile: string;
}

export interface DemoOptions {
  readonly folder: string;
  readonly httpUrl: string;
  readonly ocppUrl: string;
  readonly mqttUrl: string;
  readonly login: FirstLogin;
}

const siteName = 'Caltech garage (simulated)';
const siteTimeZone = 'America/Los_Angeles';
const organisationName = 'Simulated Installations';
const zenName = 'zen';

/**
 * Sets up the demo garage through the public API, as an installer would (the electrical side is an installer's right, not an
 * owner's): an account, an organisation, a location, its devices and its fuse tree. Every step looks before it acts, so a start that was interrupted is completed by the next.
 */
export async function prepareDemoSite(options: DemoOptions): Promise<DemoSite> {
  const client = createBusbarClient({ baseUrl: options.httpUrl, token: await accountToken(options) });
  const garage = await readGarage();
  const locationId = await findOrCreateLocation(client);
  const wanted = [...stationNames(garage), zenName];
  const devices = await registerDevices(client, locationId, wanted);
  const idByName = new Map(devices.map((device) => [device.name, device.deviceId]));
  const topology = garageTopology(garage, idByName);
  await storeTopology(client, locationId, topology);

  const fleetFile = join(options.folder, 'demo-fleet.json');
  const fleet: Fleet = {
    ocppUrl: options.ocppUrl,
    mqttUrl: options.mqttUrl,
    siteName,
    topology,
    devices: devices.map(({ deviceId, kind, name, secret }) => ({ deviceId, kind, identity: name, secret })),
  };
  await writePrivateFile(fleetFile, JSON.stringify(fleet));
  return {
    locationId,
    name: siteName,
    timeZone: siteTimeZone,
    topology,
    deviceNames: new Map(devices.map(({ deviceId, name }) => [deviceId, name])),
    fleetFile,
  };
}

async function accountToken({ httpUrl, login }: DemoOptions): Promise<string> {
  try {
    return (await signIn(httpUrl, login)).token;
  } catch (error) {
    if (!(error instanceof SignInRefused) || error.code !== 'INVALID_EMAIL_OR_PASSWORD') throw error;
    return (await signUp(httpUrl, login)).token;
  }
}

async function findOrCreateLocation(client: BusbarClient): Promise<string> {
  const { items } = await unwrap(client.GET('/v1/locations', { params: { query: { search: siteName } } }));
  const known = items.find((location) => location.name === siteName);
  if (known) return known.locationId;
  const organisationId = await findOrCreateOrganisation(client);
  const location = await unwrap(
    client.POST('/v1/locations', {
      body: { name: siteName, timeZone: siteTimeZone, organisationId },
    }),
  );
  return location.locationId;
}

async function findOrCreateOrganisation(client: BusbarClient): Promise<string> {
  const { items } = await unwrap(client.GET('/v1/organisations'));
  const known = items.find((organisation) => organisation.name === organisationName);
  if (known) return known.organisationId;
  const created = await unwrap(client.POST('/v1/organisations', { body: { name: organisationName } }));
  return created.organisationId;
}

interface RegisteredDevice {
  readonly deviceId: string;
  readonly kind: 'charger' | 'balancer';
  readonly name: string;
  readonly secret: string;
}

/** Secrets are shown once and never kept by us, so devices that exist already get new ones. */
async function registerDevices(
  client: BusbarClient,
  locationId: string,
  names: readonly string[],
): Promise<readonly RegisteredDevice[]> {
  const path = { locationId };
  const { items } = await unwrap(client.GET('/v1/locations/{locationId}/devices', { params: { path } }));
  const known = new Map(items.map((device) => [device.identity, device.deviceId]));
  const devices: RegisteredDevice[] = [];
  for (const name of names) {
    const kind = name === zenName ? ('balancer' as const) : ('charger' as const);
    const deviceId = known.get(name);
    if (deviceId !== undefined) {
      const { secret } = await unwrap(
        client.POST('/v1/devices/{deviceId}/secret', { params: { path: { deviceId } } }),
      );
      devices.push({ deviceId, kind, name, secret });
    } else {
      const { device, secret } = await unwrap(
        client.POST('/v1/locations/{locationId}/devices', {
          params: { path },
          body: { kind, identity: name, name },
        }),
      );
      devices.push({ deviceId: device.deviceId, kind, name, secret });
    }
  }
  return devices;
}

async function storeTopology(
  client: BusbarClient,
  locationId: string,
  topology: SiteTopology,
): Promise<void> {
  const params = { path: { locationId } };
  const current = await unwrap(client.GET('/v1/locations/{locationId}/topology', { params }));
  if (current.topology !== null) return;
  await unwrap(
    client.PUT('/v1/locations/{locationId}/topology', {
      params,
      body: { version: current.version, topology: JSON.parse(JSON.stringify(topology)) },
    }),
  );
}
