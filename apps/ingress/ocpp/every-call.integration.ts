import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { simulate, type SimulatedStation } from '#firmware-sim/charger/testing/simulated-station.js';
import { callsToStation, rawCall } from '#libs/protocols/ocppj/raw-call.js';
import { schemasOf } from '#libs/protocols/ocppj/schema.js';
import { ocppVersions, type OcppVersion } from '#libs/protocols/ocppj/version.js';
import { minimalPayload } from '#libs/testing/minimal-payload.js';
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
beforeAll(async () => {
  database = await createTestDatabase();
  edge = await startIngress({
    pool: database.pool,
    bus: memoryBus(),
    limits: { ...defaultIngressLimits, burst_messages: 1_000 },
    ocppPort: 0,
    security: plainSecurity,
    stillAllowed: () => true,
  });
});
afterAll(async () => {
  await edge.stop();
  await database.drop();
});

async function give(
  device: SeededDevice,
  message: string,
  payload: Record<string, unknown>,
): Promise<EndedCommand> {
  const request = { action: 'ocpp-call', message, payload } as const;
  const command = await giveCommand(edge, database.pool, device, request);
  return waitFor(`the end of ${message}`, () => command.ended());
}

/** What the smallest payload of the schema would do to the fuses or the credentials is made harmless. */
const harmless: Readonly<Record<string, object>> = {
  ChangeConfiguration: { key: 'HeartbeatInterval', value: '60' },
  ClearChargingProfile16: { chargingProfilePurpose: 'ChargePointMaxProfile' },
  ClearChargingProfile: { chargingProfileCriteria: { chargingProfilePurpose: 'ChargingStationMaxProfile' } },
};

function payloadFor(version: OcppVersion, message: string): Record<string, unknown> {
  const special = harmless[version === 'ocpp1.6' ? `${message}16` : message] ?? harmless[message];
  const payload = { ...minimalPayload(version, message), ...special };
  if (message !== 'SetChargingProfile') return payload;
  const profile = payload['csChargingProfiles'] ?? payload['chargingProfile'];
  Object.assign(profile as object, {
    chargingProfilePurpose: version === 'ocpp1.6' ? 'ChargePointMaxProfile' : 'ChargingStationMaxProfile',
  });
  return { ...payload, ...(version === 'ocpp1.6' ? { connectorId: 0 } : { evseId: 0 }) };
}

/** A reset takes the charger away for a while, so it comes last. */
const inOrder = (version: OcppVersion): string[] =>
  [...callsToStation[version]].toSorted((a, b) => Number(a === 'Reset') - Number(b === 'Reset'));

describe.each(ocppVersions)('every message of the central system, sent by hand: %s', (version) => {
  let device: SeededDevice;
  let station: SimulatedStation;
  beforeAll(async () => {
    device = await seedDevice(database.pool, 'charger');
    station = simulate(version, edge.ocppPort, device);
    await waitFor('the charger', () => station.charger.online);
  });
  afterAll(() => station.stop());

  it.each(inOrder(version))(
    '%s reaches the charger, and its answer is kept word for word',
    async (message) => {
      const payload = payloadFor(version, message);
      expect(rawCall(schemasOf(version), message, payload)).toMatchObject({ kind: 'call' });
      await waitFor('the charger', () => station.charger.online);
      const ended = await give(device, message, payload);
      expect([ended.reason, ['accepted', 'rejected']]).toEqual([null, expect.arrayContaining([ended.state])]);
      const heard = station.charger.record.calls.findLast(
        (call) => call.direction === 'received' && call.action === message,
      );
      expect(heard?.payload).toEqual(payload);
      expect(ended.answer).toEqual(heard?.answer);
      expect(schemasOf(version).checkResponse(message, ended.answer)).toBeNull();
      expect(station.charger.record.violations).toEqual([]);
    },
  );
});
