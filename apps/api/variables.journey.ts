import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import { DeviceModelStore, type DeviceVariable } from '#libs/store/device-model.js';
import { startHttpWorld, type Caller, type HttpWorld } from '#libs/testing/http-world.js';
import { share } from '#libs/testing/sharing-steps.js';
import { ApiModule } from './api-module.js';

let world: HttpWorld;
let ada: Caller;
let gus: Caller;
let deviceId: string;

const place = (component: string, variable: string, change: Partial<DeviceVariable>): DeviceVariable => ({
  component,
  componentInstance: '',
  evse: 0,
  connector: 0,
  variable,
  variableInstance: '',
  attribute: 'Actual',
  value: '1',
  mutability: 'ReadWrite',
  persistent: true,
  constant: false,
  unit: null,
  dataType: 'integer',
  minimum: null,
  maximum: null,
  valuesList: null,
  supportsMonitoring: false,
  ...change,
});
/** As long as the standard lets names be: a cursor must hold four of them. */
const long = 'x'.repeat(50);

beforeAll(async () => {
  world = await startHttpWorld(
    [SharingModule.register(), ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } })],
    { attemptsPerMinute: 1_000, authEndpoint: 'here' },
  );
  ada = await world.signUp('Ada');
  gus = await world.signUp('Gus');
  const { organisationId } = (await ada.post('/v1/organisations', { name: 'Volt' })).as<{
    organisationId: string;
  }>(201);
  const location = { name: 'Garage', timeZone: 'Europe/Oslo', organisationId };
  const { locationId } = (await ada.post('/v1/locations', location)).as<{ locationId: string }>(201);
  const device = { kind: 'charger', identity: randomUUID(), name: 'Charger' };
  const registered = await ada.post(`/v1/locations/${locationId}/devices`, device);
  deviceId = registered.as<{ device: { deviceId: string } }>(201).device.deviceId;
  await share(ada, locationId, gus, 'guest');
  await new DeviceModelStore(world.database.pool).report(
    deviceId,
    [
      place('OCPPCommCtrlr', 'HeartbeatInterval', { value: '60', unit: 's' }),
      place('OCPPCommCtrlr', 'MessageTimeout', { variableInstance: 'Default' }),
      place('Connector', 'AvailabilityState', { evse: 1, connector: 2, value: 'Available' }),
      place(long, long, { componentInstance: long, variableInstance: long, evse: 1 }),
      place(long, long, { componentInstance: long, variableInstance: long, evse: 2 }),
    ],
    Date.UTC(2026, 5, 1),
  );
});
afterAll(() => world.close());

interface Page {
  readonly items: { readonly key: string; readonly value: string }[];
  readonly nextCursor: string | null;
}
const path = () => `/v1/devices/${deviceId}/variables`;

describe('the device model over HTTP (OCPP 2.0.1 B07)', () => {
  it('page by page, each variable under the key that commands take', async () => {
    const keys: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`;
      const page: Page = (await ada.get(`${path()}?limit=1${query}`)).as(200);
      keys.push(...page.items.map(({ key }) => key));
      cursor = page.nextCursor;
    } while (cursor !== null);
    const name = `${long}[${long}].${long}[${long}]`;
    expect(keys.toSorted()).toEqual(
      [
        'Connector.AvailabilityState@1.2',
        'OCPPCommCtrlr.HeartbeatInterval',
        'OCPPCommCtrlr.MessageTimeout[Default]',
        `${name}@1`,
        `${name}@2`,
      ].toSorted(),
    );
    for (const key of keys) {
      const request = { action: 'get-configuration', keys: [key] };
      expect((await ada.post(`/v1/devices/${deviceId}/commands`, { request })).status).toBe(202);
    }
  });

  it('of one component', async () => {
    const { items } = (await ada.get(`${path()}?component=OCPPCommCtrlr`)).as<Page>(200);
    expect(items).toMatchObject([
      {
        key: 'OCPPCommCtrlr.HeartbeatInterval',
        value: '60',
        unit: 's',
        reportedAt: '2026-06-01T00:00:00.000Z',
      },
      { key: 'OCPPCommCtrlr.MessageTimeout[Default]' },
    ]);
    expect((await ada.get(`${path()}?component=Nothing`)).as<Page>(200).items).toEqual([]);
  });

  it('NB-62: not for a guest, and no foreign cursor', async () => {
    expect((await gus.get(path())).status).toBe(403);
    expect((await ada.get(`${path()}?cursor=abc`)).body).toMatchObject({ code: 'invalid-cursor' });
  });
});
