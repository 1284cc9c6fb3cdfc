import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import type { LiveSnapshot } from '#libs/contracts/http/live-routes.js';
import type { LimitReason } from '#libs/contracts/limit.js';
import type { ConnectorStatus, DeviceEvent } from '#libs/devices/device-event.js';
import { startHttpWorld, type Caller, type HttpWorld } from '#libs/testing/http-world.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { ApiModule } from './api-module.js';

let world: HttpWorld;
let owner: Caller;
let locationId: string;
let chargerId: string;
let receivedAt = Date.now() - 600_000;
let transactionId = 0;

beforeAll(async () => {
  world = await startHttpWorld(
    [SharingModule.register(), ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } })],
    { attemptsPerMinute: 1_000, authEndpoint: 'here' },
  );
  owner = await world.signUp('Ada');
  const { organisationId } = (await owner.post('/v1/organisations', { name: 'Volt' })).as<{
    organisationId: string;
  }>(201);
  const body = { name: 'Harbour', timeZone: 'Europe/Oslo', organisationId };
  ({ locationId } = (await owner.post('/v1/locations', body)).as<{ locationId: string }>(201));
  const charger = { kind: 'charger', identity: `charger-${randomUUID().slice(0, 8)}`, name: 'The charger' };
  const added = await owner.post(`/v1/locations/${locationId}/devices`, charger);
  chargerId = added.as<{ device: { deviceId: string } }>(201).device.deviceId;
});
afterAll(() => world.close());

/** What the charger says, a second after what it said before. */
async function say(event: DeviceEvent): Promise<void> {
  receivedAt += 1_000;
  await world.bus.publish('observations', {
    siteId: locationId,
    deviceId: chargerId,
    deviceKind: 'charger',
    deviceTime: receivedAt,
    receivedAt,
    event,
  });
}

/** What the allocator says of the session that runs. */
async function limit(code: LimitReason['code'], current_A: number): Promise<void> {
  receivedAt += 1_000;
  await world.bus.publish('limits', {
    limitId: randomUUID(),
    siteId: locationId,
    deviceId: chargerId,
    connector: 1,
    transactionId,
    current_A,
    numberPhases: null,
    ownerEpoch: 1,
    issuedAt: receivedAt,
    leaseUntil: receivedAt + 3_600_000,
    reason: { code, nodeId: null, phase: null, source: 'fuse' },
  });
}

/** The connector as a person reads it. */
async function shown() {
  const { devices } = (await owner.get(`/v1/locations/${locationId}/live`)).as<LiveSnapshot>(200);
  const connector = devices[0]?.connectors.find((each) => each.connector === 1);
  return connector && [connector.chargingStatus, connector.chargingReason, connector.ocppStatus];
}

interface Row {
  readonly ocpp: ConnectorStatus;
  readonly errorCode?: string;
  /** The allocator's word for the session; null: there is none yet. */
  readonly limit: readonly [LimitReason['code'], number] | null;
  readonly status: string;
  readonly reason: string;
}

/** OCPP 1.6 7.7 has nine words; with the reason of the limit they are those of people. */
const rows: readonly Row[] = [
  { ocpp: 'Available', limit: null, status: 'idle', reason: 'no-car' },
  { ocpp: 'Reserved', limit: null, status: 'idle', reason: 'reserved' },
  { ocpp: 'Preparing', limit: null, status: 'connected', reason: 'not-authorized' },
  { ocpp: 'Charging', limit: null, status: 'charging', reason: 'unlimited' },
  { ocpp: 'Charging', limit: ['node-full', 10], status: 'charging', reason: 'node-full' },
  {
    ocpp: 'SuspendedEVSE',
    limit: ['waiting-for-capacity', 0],
    status: 'waiting-for-load-balancing',
    reason: 'waiting-for-capacity',
  },
  { ocpp: 'SuspendedEVSE', limit: ['solar', 0], status: 'waiting-for-load-balancing', reason: 'solar' },
  { ocpp: 'SuspendedEVSE', limit: ['schedule', 0], status: 'delayed-by-schedule', reason: 'schedule' },
  { ocpp: 'SuspendedEVSE', limit: ['price', 0], status: 'delayed-by-schedule', reason: 'price' },
  { ocpp: 'SuspendedEVSE', limit: ['goal', 0], status: 'finished', reason: 'goal' },
  { ocpp: 'SuspendedEVSE', limit: null, status: 'waiting-for-load-balancing', reason: 'charger' },
  { ocpp: 'SuspendedEV', limit: ['node-full', 10], status: 'waiting-for-car', reason: 'car' },
  { ocpp: 'Finishing', limit: null, status: 'finished', reason: 'still-plugged-in' },
  { ocpp: 'Unavailable', limit: null, status: 'unavailable', reason: 'out-of-service' },
  { ocpp: 'Faulted', errorCode: 'GroundFailure', limit: null, status: 'error', reason: 'GroundFailure' },
];

describe('NB-85: the charging status a person sees in the live view, with its reason', () => {
  it('NB-85: is unknown until the charger told', async () => {
    await say({ type: 'transaction-started', connector: 1, transactionId: 1, idToken: '', meterStart_Wh: 0 });
    expect(await waitFor('the connector', shown)).toEqual(['unknown', 'not-told', null]);
    transactionId = 1;
  });

  it.each(rows)('NB-85: OCPP 1.6 7.7 $ocpp, limit $limit: $status because $reason', async (row) => {
    const idToken = 'CARD';
    transactionId++;
    await say({ type: 'transaction-started', connector: 1, transactionId, idToken, meterStart_Wh: 0 });
    if (row.limit) await limit(...row.limit);
    const errorCode = row.errorCode ?? 'NoError';
    await say({ type: 'connector-status', connector: 1, status: row.ocpp, errorCode });
    const expected = [row.status, row.reason, row.ocpp];
    await waitFor(`${expected.join(', ')}`, async () => String(await shown()) === String(expected), 3_000);
    expect(await shown()).toEqual(expected);
  });
});
