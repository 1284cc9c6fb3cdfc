import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { quickCar } from '#firmware-sim/charger/testing/charger-bench.js';
import { simulate, type SimulatedStation } from '#firmware-sim/charger/testing/simulated-station.js';
import type { CommandRequest } from '#libs/contracts/command.js';
import type { Limit } from '#libs/contracts/limit.js';
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
import { giveCommand, type EndedCommand } from './give-command.js';

let database: TestDatabase;
let edge: IngressHarness;
const stations: SimulatedStation[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  edge = await startIngress({
    pool: database.pool,
    bus: memoryBus(),
    limits: { ...defaultIngressLimits, callTimeout_ms: 2_000 },
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

async function give(device: SeededDevice, request: CommandRequest): Promise<EndedCommand> {
  const command = await giveCommand(edge, database.pool, device, request);
  return waitFor('the end of the command', () => command.ended());
}
const check = (device: SeededDevice, duration_s: number) =>
  give(device, { action: 'check-schedule', connector: 1, duration_s });

async function limit(device: SeededDevice, change: Partial<Limit>): Promise<void> {
  const limitId = randomUUID();
  await edge.bus.publish('limits', {
    limitId,
    siteId: device.siteId,
    deviceId: device.deviceId,
    connector: 1,
    transactionId: null,
    current_A: 10,
    numberPhases: null,
    ownerEpoch: 1,
    issuedAt: Date.now(),
    leaseUntil: null,
    reason: { code: 'node-full', nodeId: 'main', phase: 'L1', source: 'fuse' },
    ...change,
  });
  const answer = await waitFor('the answer to the limit', () =>
    eventsOf(device).find((event) => event.type === 'limit-answered' && event.limitId === limitId),
  );
  expect(answer).toMatchObject({ outcome: 'accepted' });
}

const eventsOf = ({ deviceId }: SeededDevice) =>
  edge.observations.filter((each) => each.deviceId === deviceId).map(({ event }) => event);
const differences = (device: SeededDevice) =>
  eventsOf(device).filter((event) => event.type === 'notice' && event.code === 'schedule-differs');
const sessionOf = async (device: SeededDevice): Promise<number> => {
  const started = await waitFor('the session', () =>
    eventsOf(device).find((event) => event.type === 'transaction-started'),
  );
  return started.type === 'transaction-started' ? started.transactionId : 0;
};

const agrees = 'The schedule of the charger agrees with the profiles it accepted.';

describe.each(['ocpp1.6', 'ocpp2.0.1'] as const)('the schedule of an %s charger', (protocol) => {
  async function connect(device: SeededDevice): Promise<SimulatedStation> {
    const station = simulate(protocol, edge.ocppPort, device);
    stations.push(station);
    await waitFor('the charger', () => station.charger.online);
    return station;
  }

  it('OCPP 1.6 5.7, OCPP 2.0.1 K08: agrees with the default, the maximum, the lease and its end', async () => {
    const device = await seedDevice(database.pool, 'charger');
    const station = await connect(device);
    const empty = await check(device, 600);
    expect(empty).toMatchObject({ state: 'accepted', reason: expect.stringContaining('nothing to compare') });

    await limit(device, { current_A: 10 });
    const standing = await check(device, 600);
    expect(standing).toMatchObject({ state: 'accepted', reason: agrees });
    expect(standing.answer).toEqual(station.answersTo('GetCompositeSchedule').at(-1));
    expect(JSON.stringify(standing.answer)).toContain('"limit":10');

    await give(device, { action: 'set-max-current', current_A: 9 });
    expect(await check(device, 600)).toMatchObject({ state: 'accepted', reason: agrees });

    station.charger.plugIn(1, quickCar, 'CARD-1');
    const transactionId = await sessionOf(device);
    await limit(device, { transactionId, current_A: 7.5, leaseUntil: Date.now() + 120_000 });
    const leased = await check(device, 600);
    expect(leased).toMatchObject({ state: 'accepted', reason: agrees });
    for (const each of ['"limit":7.5', '"limit":9']) expect(JSON.stringify(leased.answer)).toContain(each);

    station.charger.unplug(1);
    await waitFor('the end', () => eventsOf(device).some(({ type }) => type === 'transaction-ended'));
    expect(await check(device, 600)).toMatchObject({ state: 'accepted', reason: agrees });
    await give(device, { action: 'clear-charging-profile' });
    const cleared = await check(device, 600);
    expect(cleared).toMatchObject({ state: 'accepted', reason: agrees });
    expect(JSON.stringify(cleared.answer)).toContain('"limit":10');
    expect(differences(device)).toEqual([]);
    expect(station.charger.record.violations).toEqual([]);
  });

  it('a charger that forgets what it accepted is found out, and told of', async () => {
    const device = await seedDevice(database.pool, 'charger');
    const { charger } = await connect(device);
    await limit(device, { current_A: 10 });
    charger.station.profiles.clear({});
    const found = await check(device, 600);
    expect(found.state).toBe('accepted');
    expect(found.reason).toContain('from 0 s to 600 s 10 A by its profiles, 32 A by its own word');
    await waitFor('the notice', () => differences(device).length > 0);
    expect(differences(device)).toEqual([
      {
        type: 'notice',
        topic: 'smart-charging',
        code: 'schedule-differs',
        severity: 4,
        detail: { connector: 1, from_s: 0, to_s: 600, ours_A: 10, stations_A: 32, differences: 1 },
      },
    ]);
  });

  it('a charger that allows less than it may is told of too, as a smaller matter', async () => {
    const device = await seedDevice(database.pool, 'charger');
    const { charger } = await connect(device);
    await limit(device, { current_A: 10 });
    charger.station.limitFromOutside(6);
    expect((await check(device, 60)).reason).toContain('10 A by its profiles, 6 A by its own word');
    await waitFor('the notice', () => differences(device).length > 0);
    expect(differences(device)).toMatchObject([{ severity: 6 }]);
  });

  it('a maximum from before the charger connected anew still counts', async () => {
    const device = await seedDevice(database.pool, 'charger');
    const { charger } = await connect(device);
    await give(device, { action: 'set-max-current', current_A: 8 });
    const connections = () => eventsOf(device).filter(({ type }) => type === 'connected').length;
    await charger.loseNetwork(0);
    await waitFor('the reconnect', () => charger.online && connections() === 2);
    await limit(device, { current_A: 10 });
    expect(await check(device, 600)).toMatchObject({ state: 'accepted', reason: agrees });
    charger.station.profiles.clear({ chargingProfilePurpose: 'ChargePointMaxProfile' });
    expect((await check(device, 600)).reason).toContain('8 A by its profiles, 10 A by its own word');
  });

  it('a connector the charger does not have is rejected in its own words', async () => {
    const device = await seedDevice(database.pool, 'charger');
    const station = await connect(device);
    const unknown = await give(device, { action: 'check-schedule', connector: 9, duration_s: 60 });
    expect(unknown).toMatchObject({ state: 'rejected', reason: null });
    expect(unknown.answer).toEqual(station.answersTo('GetCompositeSchedule').at(-1));
  });
});
