import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RPCClient } from 'ocpp-rpc';
import { connectStation } from '#apps/ingress/harness-charger.js';
import type { Fleet } from '#libs/contracts/fleet.js';
import { startAllInOne, type AllInOne } from '#libs/testing/all-in-one.js';
import { setUpSmallSite, type SmallSite } from '#libs/testing/small-site.js';
import { waitFor } from '#libs/testing/wait-for.js';

type Device = Fleet['devices'][number];

let product: AllInOne;
let site: SmallSite;
let charger: Device;
let client: RPCClient;
const profiles: { evseId: number; chargingProfile: Profile }[] = [];

interface Profile {
  readonly transactionId?: string;
  readonly chargingProfilePurpose: string;
  readonly validTo?: string;
  readonly chargingSchedule: { chargingSchedulePeriod: { limit: number }[] }[];
}

const fuse_A = 25;

beforeAll(async () => {
  product = await startAllInOne(['--no-sim']);
  site = await setUpSmallSite({ ...product, chargers: 1, fuse_A });
  [charger] = site.fleet.devices as [Device];
  const port = Number(new URL(product.ocppUrl).port);
  client = await connectStation(port, { ...charger, siteId: site.locationId }, ['ocpp2.0.1', 'ocpp1.6']);
  client.handle('SetChargingProfile', async ({ params }) => {
    profiles.push(params as unknown as (typeof profiles)[number]);
    return { status: 'Accepted' };
  });
  client.handle('GetBaseReport', async ({ params }) => {
    const { requestId } = params as { requestId: number };
    void client.call('NotifyReport', report(requestId));
    return { status: 'Accepted' };
  });
}, 120_000);
afterAll(async () => {
  await client?.close();
  expect(await product?.stop()).toBe(0);
}, 30_000);

const report = (requestId: number) => ({
  requestId,
  generatedAt: new Date().toISOString(),
  seqNo: 0,
  reportData: [
    {
      component: { name: 'EVSE', evse: { id: 1 } },
      variable: { name: 'Power' },
      variableAttribute: [{ value: '11000', mutability: 'ReadOnly' }],
      variableCharacteristics: { unit: 'W', dataType: 'decimal', supportsMonitoring: true },
    },
  ],
});

async function get<Answer>(path: string): Promise<Answer> {
  const response = await fetch(`${product.httpUrl}${path}`, {
    headers: { authorization: `Bearer ${site.token}`, origin: product.httpUrl },
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

const event = (eventType: string, seqNo: number, energy_Wh: number, transactionInfo: object) =>
  client.call('TransactionEvent', {
    eventType,
    timestamp: new Date().toISOString(),
    triggerReason: 'ChargingStateChanged',
    seqNo,
    evse: { id: 1, connectorId: 1 },
    transactionInfo: { transactionId: 'own-name-1', ...transactionInfo },
    meterValue: [{ timestamp: new Date().toISOString(), sampledValue: [{ value: energy_Wh }] }],
  });

describe('a charger of the second generation in the whole product', () => {
  it('B01, B07: boots, and is asked for its device model, which people can read', async () => {
    const chargingStation = { vendorName: 'Nordlys', model: 'Two', firmwareVersion: '2.0' };
    await client.call('BootNotification', { reason: 'PowerUp', chargingStation });
    const variables = await waitFor('the device model', async () => {
      const { items } = await get<{ items: object[] }>(`/v1/devices/${charger.deviceId}/variables`);
      return items[0] ? items : null;
    });
    expect(variables).toMatchObject([{ key: 'EVSE.Power@1', value: '11000', unit: 'W' }]);
  }, 30_000);

  it('E02, K01: a session gets leases by its own name, inside the fuse', async () => {
    await client.call('StatusNotification', {
      timestamp: new Date().toISOString(),
      connectorStatus: 'Occupied',
      evseId: 1,
      connectorId: 1,
    });
    await event('Started', 0, 5_000, { chargingState: 'EVConnected' });
    await event('Updated', 1, 5_000, { chargingState: 'Charging' });
    const lease = await waitFor(
      'a lease',
      () => profiles.find(({ chargingProfile }) => chargingProfile.transactionId === 'own-name-1'),
      30_000,
    );
    expect(lease).toMatchObject({ evseId: 1, chargingProfile: { chargingProfilePurpose: 'TxProfile' } });
    expect(Date.parse(lease.chargingProfile.validTo ?? '')).toBeGreaterThan(Date.now());
    for (const { chargingProfile } of profiles)
      for (const { chargingSchedulePeriod } of chargingProfile.chargingSchedule)
        expect(Math.max(...chargingSchedulePeriod.map(({ limit }) => limit))).toBeLessThanOrEqual(fuse_A);
  }, 60_000);

  it('E06: its end is in the history, with the energy between its registers', async () => {
    await event('Ended', 2, 7_500, { chargingState: 'EVConnected', stoppedReason: 'Local' });
    const { items } = await get<{ items: object[] }>(`/v1/locations/${site.locationId}/sessions`);
    expect(items).toMatchObject([
      { connector: 1, meterStart_Wh: 5_000, meterStop_Wh: 7_500, energy_Wh: 2_500, stopReason: 'Local' },
    ]);
  }, 30_000);
});
