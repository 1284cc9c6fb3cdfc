import { randomBytes, randomUUID } from 'node:crypto';
import type { Fleet } from '#libs/contracts/fleet.js';
import { createBusbarClient, unwrap, type BusbarClient, type Schemas } from '#libs/sdk/client.js';
import { signUp } from '#libs/sdk/session.js';

export interface SmallSiteOptions {
  readonly httpUrl: string;
  readonly ocppUrl: string;
  readonly mqttUrl: string;
  readonly chargers: number;
  readonly fuse_A: number;
}

/** A site that an installer set up over the HTTP API, and what its devices need to know. */
export interface SmallSite {
  readonly locationId: string;
  readonly token: string;
  readonly client: BusbarClient;
  readonly fleet: Fleet;
}

/** Three-phase chargers and a Zen on one fuse, set up as an installer would: account, organisation, location, devices, fuse tree. */
export async function setUpSmallSite(options: SmallSiteOptions): Promise<SmallSite> {
  const { httpUrl, ocppUrl, mqttUrl, chargers, fuse_A } = options;
  const mark = randomBytes(4).toString('hex');
  const account = {
    name: 'Ina Installer',
    email: `ina-${mark}@busbar.example`,
    password: 'a long enough password',
  };
  const { token } = await signUp(httpUrl, account);
  const client = createBusbarClient({ baseUrl: httpUrl, token });
  const { organisationId } = await unwrap(
    client.POST('/v1/organisations', { body: { name: `Installations ${mark}` } }),
  );
  const { locationId } = await unwrap(
    client.POST('/v1/locations', {
      params: { header: { 'Idempotency-Key': randomUUID() } },
      body: { name: `Small site ${mark}`, timeZone: 'Europe/Oslo', organisationId },
    }),
  );
  const register = async (
    kind: 'charger' | 'balancer',
    identity: string,
  ): Promise<Fleet['devices'][number]> => {
    const { device, secret } = await unwrap(
      client.POST('/v1/locations/{locationId}/devices', {
        params: { path: { locationId } },
        body: { kind, identity, name: identity },
      }),
    );
    return { deviceId: device.deviceId, kind, identity, secret };
  };
  const zen = await register('balancer', `zen-${mark}`);
  const registered: Fleet['devices'][number][] = [];
  for (let number = 1; number <= chargers; number++)
    registered.push(await register('charger', `charger-${number}-${mark}`));

  const topology: Schemas['SiteTopology'] = {
    nodes: [
      {
        nodeId: 'grid',
        parentId: null,
        name: 'Main fuse',
        fuse_A: [fuse_A, fuse_A, fuse_A],
        meterDeviceId: zen.deviceId,
      },
    ],
    transformers: [],
    connectors: registered.map(({ deviceId }) => ({
      deviceId,
      connector: 1,
      nodeId: 'grid',
      wiring: { kind: 'three-phase', rotation: ['L1', 'L2', 'L3'] },
      maximum_A: 32,
      minimum_A: 6,
      weight: 1,
      priority: 0,
      switchesPhases: false,
    })),
    margin_A: 1,
    assumedBase_A: [5, 5, 5],
    step_A: 1,
  };
  await unwrap(
    client.PUT('/v1/locations/{locationId}/topology', {
      params: { path: { locationId } },
      body: { version: 0, topology },
    }),
  );
  return {
    locationId,
    token,
    client,
    fleet: { ocppUrl, mqttUrl, siteName: 'Small site', topology, devices: [...registered, zen] },
  };
}
