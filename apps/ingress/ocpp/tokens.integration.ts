import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { quickCar } from '#firmware-sim/charger/testing/charger-bench.js';
import { simulate, type SimulatedStation } from '#firmware-sim/charger/testing/simulated-station.js';
import type { CommandRequest } from '#libs/contracts/command.js';
import { putIdToken, removeIdToken, type IdToken } from '#libs/store/id-tokens.js';
import { ReservationStore } from '#libs/store/reservations.js';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { defaultIngressLimits, plainSecurity } from '../ingress-config.js';
import {
  memoryBus,
  seedDevice,
  startIngress,
  type IngressHarness,
  type SeededDevice,
} from '../ingress-harness.js';
import { giveCommand } from './give-command.js';

let database: TestDatabase;
let edge: IngressHarness;
const stations: SimulatedStation[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  edge = await startIngress({
    pool: database.pool,
    bus: memoryBus(),
    limits: { ...defaultIngressLimits, localListPart_tokens: 2, callTimeout_ms: 2_000 },
    ocppPort: 0,
    security: plainSecurity,
    stillAllowed: () => true,
  });
});
afterEach(async () => {
  await Promise.all(stations.splice(0).map((station) => station.stop()));
});
afterAll(async () => {
  await edge.stop();
  await database.drop();
});

const token = (name: string, change: Partial<IdToken>) => ({
  token: name,
  status: 'Accepted' as const,
  type: 'ISO14443' as const,
  label: null,
  groupToken: null,
  expiresAt: null,
  oneAtATime: false,
  ...change,
});

function connect(protocol: 'ocpp1.6' | 'ocpp2.0.1', device: SeededDevice): SimulatedStation {
  const station = simulate(protocol, edge.ocppPort, device);
  stations.push(station);
  return station;
}

const changed = ({ siteId }: SeededDevice) =>
  edge.bus.publish('changes', { siteId, subject: 'tokens', subjectId: null, at: Date.now() });

async function give(device: SeededDevice, request: CommandRequest): Promise<string> {
  const command = await giveCommand(edge, database.pool, device, request);
  return (await waitFor('the end of the command', () => command.ended())).state;
}

const reservationsOf = ({ deviceId }: SeededDevice) =>
  new ReservationStore(database.pool).ofDevice(deviceId, 10);

describe.each(['ocpp1.6', 'ocpp2.0.1'] as const)('tokens of a location and its %s chargers', (protocol) => {
  it('OCPP 1.6 3.5.2, OCPP 2.0.1 D01: the local list follows every change, in parts, and survives a reconnect', async () => {
    const device = await seedDevice(database.pool, 'charger');
    for (const name of ['CARD-2', 'CARD-3'])
      await putIdToken(database.pool, device.siteId, token(name, { groupToken: 'FAMILY' }));
    const { charger, requestsOf } = connect(protocol, device);
    const { localList } = charger.station;
    await waitFor('the first list', () => localList.size === 3);
    expect(
      requestsOf('SendLocalList').map((request) => (request as { updateType: string }).updateType),
    ).toEqual(['Full', 'Differential']);
    expect(localList.find('CARD-2')).toMatchObject({ status: 'Accepted', group: 'FAMILY' });

    await putIdToken(database.pool, device.siteId, token('CARD-2', { status: 'Blocked' }));
    await removeIdToken(database.pool, device.siteId, 'CARD-3');
    await changed(device);
    await waitFor('the change', () => localList.size === 2);
    expect(localList.find('CARD-2')).toMatchObject({ status: 'Blocked' });
    expect(requestsOf('SendLocalList').at(-1)).toMatchObject({ updateType: 'Differential' });

    const sent = requestsOf('SendLocalList').length;
    await charger.loseNetwork(0);
    await waitFor('the reconnect', () => charger.online && requestsOf('GetLocalListVersion').length >= 3);
    expect(requestsOf('SendLocalList')).toHaveLength(sent);
    expect(charger.record.violations).toEqual([]);
  });

  it('OCPP 1.6 5.15, OCPP 2.0.1 D01.FR: a list somebody else has changed is sent whole', async () => {
    const device = await seedDevice(database.pool, 'charger');
    const { charger, requestsOf } = connect(protocol, device);
    const { localList } = charger.station;
    await waitFor('the first list', () => localList.size === 1);
    localList.update('Full', 40, [], 10);
    await putIdToken(database.pool, device.siteId, token('CARD-2', {}));
    await changed(device);
    await waitFor('the list', () => localList.size === 2);
    expect(localList.version).toBe(41);
    expect(requestsOf('SendLocalList').at(-1)).toMatchObject({ updateType: 'Full' });
  });

  it('OCPP 1.6 5.13, OCPP 2.0.1 H01: a connector is kept for a token, and its session uses the reservation up', async () => {
    const device = await seedDevice(database.pool, 'charger');
    await putIdToken(database.pool, device.siteId, token('CARD-2', {}));
    const { charger } = connect(protocol, device);
    await waitFor('the charger', () => charger.online);
    const until = new Date(Date.now() + 600_000).toISOString();
    expect(await give(device, { action: 'reserve-connector', connector: 1, idToken: 'CARD-1', until })).toBe(
      'accepted',
    );
    expect(await reservationsOf(device)).toMatchObject([
      { state: 'reserved', connector: 1, token: 'CARD-1' },
    ]);

    charger.plugIn(1, quickCar, 'CARD-1');
    await waitFor('the session', async () => (await reservationsOf(device))[0]?.state === 'used');
    expect(charger.record.violations).toEqual([]);
  });

  it('OCPP 1.6 5.2, OCPP 2.0.1 H02: a reservation is cancelled; one in the past is refused here', async () => {
    const device = await seedDevice(database.pool, 'charger');
    const { charger } = connect(protocol, device);
    await waitFor('the charger', () => charger.online);
    const reserve = (until: number) =>
      give(device, {
        action: 'reserve-connector',
        connector: 1,
        idToken: 'CARD-1',
        until: new Date(until).toISOString(),
      });
    expect(await reserve(Date.now() - 1_000)).toBe('rejected');
    expect(await reserve(Date.now() + 600_000)).toBe('accepted');
    const [reservation] = await reservationsOf(device);
    const cancel = { action: 'cancel-reservation', reservationId: reservation?.reservationId ?? 0 } as const;
    expect(await give(device, cancel)).toBe('accepted');
    expect((await reservationsOf(device))[0]?.state).toBe('cancelled');
    expect(charger.station.reservations.on(1)).toBeNull();
  });
});
