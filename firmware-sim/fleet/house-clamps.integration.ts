import { createServer, type AddressInfo, type Server } from 'node:net';
import { fromBinary } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Aedes } from 'aedes';
import { BalancerReadingSchema } from '#libs/contracts/generated/busbar/v1/device_pb.js';
import type { Fleet } from '#libs/contracts/fleet.js';
import { ManualClock } from '#libs/testing/manual-clock.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { milliseconds } from '#libs/units/quantities.js';
import { noCredentialMemory } from '../charger/credential-memory.js';
import { loadScenario } from '../scenario/load-scenario.js';
import type { RunningFleet } from './running-fleet.js';
import { startFleet } from './start-fleet.js';

const house = (mqttPort: number): Fleet => ({
  // Nobody listens there: the charger is on its own.
  ocppUrl: 'ws://127.0.0.1:9',
  mqttUrl: `mqtt://127.0.0.1:${mqttPort}`,
  siteName: 'House',
  topology: {
    nodes: [{ nodeId: 'grid', parentId: null, name: 'Grid', fuse_A: [25, 25, 25], meterDeviceId: 'zen' }],
    transformers: [],
    connectors: [
      {
        deviceId: 'box',
        connector: 1,
        nodeId: 'grid',
        wiring: { kind: 'three-phase', rotation: ['L1', 'L2', 'L3'] },
        maximum_A: 16,
        minimum_A: 6,
        weight: 1,
        priority: 0,
        switchesPhases: false,
      },
    ],
    margin_A: 0,
    assumedBase_A: [0, 0, 0],
    step_A: 1,
  },
  devices: [
    { deviceId: 'box', kind: 'charger', identity: 'box', secret: 'secret' },
    { deviceId: 'zen', kind: 'balancer', identity: 'zen', secret: 'secret' },
    { deviceId: 'hub', kind: 'hub', identity: 'hub', secret: 'secret' },
  ],
});

/** What a Zen whose clamps are on the right lines reads while the car charges: base load and 16 A on L1. */
const right_A = [19, 2, 1];

describe('the scenario house-clamps, as it is shipped', () => {
  const clock = new ManualClock();
  const began = clock.now();
  let broker: Aedes;
  let server: Server;
  let running: RunningFleet;
  /** By the second of the scenario. */
  const readings = new Map<number, readonly number[]>();
  let played_s = 0;

  beforeAll(async () => {
    broker = await Aedes.createBroker({
      authorizePublish: (_client, packet, done) => {
        if (packet.topic === 'bb/v1/zen/reading') {
          const { timeMs, currentA } = fromBinary(BalancerReadingSchema, packet.payload as Buffer);
          const { l1 = 0, l2 = 0, l3 = 0 } = currentA ?? {};
          readings.set(Math.floor((Number(timeMs) - began) / 1_000), [l1, l2, l3]);
        }
        done(null);
      },
    });
    server = createServer(broker.handle);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    running = await startFleet({
      fleet: house((server.address() as AddressInfo).port),
      scenario: await loadScenario('house-clamps', []),
      speed: 1,
      from: null,
      seed: 1,
      clock,
      tick_ms: 1_000_000,
      memory: noCredentialMemory,
      timing: { backoff: { initial_ms: 20, maximum_ms: 20 }, callTimeout_ms: 1_000, reboot_ms: 10 },
    });
    await online(true, true);
  });
  afterAll(async () => {
    await running.stop();
    await new Promise<void>((resolve) => broker.close(() => resolve()));
    await new Promise((resolve) => server.close(resolve));
  });

  const online = (zen: boolean, hub: boolean): Promise<unknown> =>
    waitFor(
      `Zen ${zen}, hub ${hub}`,
      () => running.balancers[0]?.connected === zen && running.hubs[0]?.connected === hub,
    );
  function playTo(second: number): void {
    for (; played_s < second; played_s += 0.25) {
      clock.advance(milliseconds(250));
      running.tick();
    }
  }
  /** What was read at about that second, when all until then has arrived. */
  const readAt = async (second: number): Promise<readonly number[]> => {
    playTo(second + 3);
    const at_s = await waitFor(`a reading at ${second} s`, () =>
      [second, second + 1, second + 2].find((each) => readings.has(each)),
    );
    return (readings.get(at_s) ?? []).map((value_A) => Math.round(value_A * 2) / 2);
  };

  it.each([
    [50, 'nothing is wrong yet', right_A],
    [200, 'the clamp of L1 is reversed', [-19, 2, 1]],
    [400, 'it is turned back', right_A],
    [600, 'the clamps of L1 and L2 are swapped', [2, 19, 1]],
    [760, 'they are swapped back', right_A],
    [900, 'half is read', [9.5, 1, 0.5]],
    [1_120, 'all is read again', right_A],
  ])('at %p s %s', async (second, _what, expected) => {
    expect(await readAt(second)).toEqual(expected);
  });

  it('the WiFi of the Zen goes and comes back, then the mobile network of the hub', async () => {
    playTo(1_150);
    await online(false, true);
    playTo(1_190);
    await online(true, true);
    playTo(1_210);
    await online(true, false);
    playTo(1_250);
    await online(true, true);
    expect([running.balancers[0]?.reconnects, running.hubs[0]?.reconnects]).toEqual([1, 1]);
    expect(await readAt(1_255)).toEqual(right_A);
  });
});
