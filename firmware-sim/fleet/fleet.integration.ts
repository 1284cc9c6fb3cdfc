import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { noCredentialMemory } from '../charger/credential-memory.js';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Fleet } from '#libs/contracts/fleet.js';
import { ManualClock } from '#libs/testing/manual-clock.js';
import { StrictCentralSystem } from '#libs/testing/strict-central-system.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { milliseconds } from '#libs/units/quantities.js';
import { StrictCsms } from '../charger/testing/strict-csms.js';
import { TestAuthority } from '../charger/testing/test-authority.js';
import { ordinaryCar } from '../physics/car.js';
import { parseScenario } from '../scenario/load-scenario.js';
import type { RunningFleet } from './running-fleet.js';
import { startFleet } from './start-fleet.js';

const fleet = (chargers: readonly string[], fuse_A: number): Fleet => ({
  // Nobody listens there: the chargers are on their own.
  ocppUrl: 'ws://127.0.0.1:9',
  mqttUrl: 'mqtt://127.0.0.1:9',
  siteName: 'Test site',
  topology: {
    nodes: [
      {
        nodeId: 'grid',
        parentId: null,
        name: 'Grid',
        fuse_A: [fuse_A, fuse_A, fuse_A],
        meterDeviceId: 'zen',
      },
    ],
    transformers: [],
    connectors: chargers.map((deviceId) => ({
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
    margin_A: 0,
    assumedBase_A: [0, 0, 0],
    step_A: 1,
  },
  devices: [
    ...chargers.map((identity) => ({
      deviceId: identity,
      kind: 'charger' as const,
      identity,
      secret: 'secret',
    })),
    { deviceId: 'zen', kind: 'balancer' as const, identity: 'zen', secret: 'secret' },
  ],
});

describe('a fleet', () => {
  const clock = new ManualClock();
  let running: RunningFleet;
  afterEach(async () => {
    await running.stop();
  });

  const start = async (site: Fleet, scenario: string, speed: number): Promise<void> => {
    running = await startFleet({
      fleet: site,
      scenario: parseScenario(`name: test\ndescription: test\n${scenario}`, []),
      speed,
      from: null,
      seed: 1,
      clock,
      tick_ms: 1_000_000,
      memory: noCredentialMemory,
      timing: { backoff: { initial_ms: 50, maximum_ms: 50 }, callTimeout_ms: 1_000, reboot_ms: 10 },
    });
  };
  const pass = (seconds: number): void => {
    for (let step = 0; step < seconds * 4; step++) {
      clock.advance(milliseconds(250));
      running.tick();
    }
  };
  const grid_A = (): readonly number[] => running.trueCurrents().get('grid') ?? [];

  it('OCPP 1.6 3.13: chargers nobody limits offer their hardware maximum, and the breaker says what that means', async () => {
    await start(fleet(['A', 'B', 'C'], 32), '', 1);
    for (const identity of ['A', 'B', 'C']) {
      running.plugIn(identity, 1, { ...ordinaryCar, maximum_A: 32 }, 'CARD');
    }
    pass(30);
    expect(grid_A()).toEqual([96, 96, 96]);
    const summary = await running.stop();
    expect(summary.nodes[0]?.maximumRatio).toEqual([3, 3, 3]);
    expect(summary.mayHaveTripped).toBe(true);
    expect(summary.outsideNoTripCurve_s).toBeGreaterThan(10);
  });

  it('--speed: cars come, fill and go faster, their currents do not', async () => {
    const visit =
      'visits:\n  - { charger: 1, arrival_min: 10, stay_min: 30, energy_kWh: 100, car: { maximum_A: 16 } }';
    await start(fleet(['A'], 32), visit, 60);
    pass(9);
    expect(running.snapshot().cars.pluggedIn).toBe(0);
    pass(2);
    expect(running.snapshot().cars.pluggedIn).toBe(1);
    pass(3);
    expect(grid_A()).toEqual([0, 0, 0]);
    pass(10);
    expect(grid_A()).toEqual([16, 16, 16]);
    const before_kWh = running.snapshot().energy_kWh;
    pass(10);
    expect(running.snapshot().energy_kWh - before_kWh).toBeCloseTo((16 * 230 * 3 * 10 * 60) / 3.6e6, 6);
    pass(10);
    expect(running.snapshot().cars.pluggedIn).toBe(0);
    expect(running.snapshot()).toMatchObject({ sessions: 1, dayTime: '08:44' });
  });

  it('a real day: every Caltech session finds its station and the energy it asked for', async () => {
    const stations = ['CA-303', 'CA-319', 'CA-321', 'CA-327', 'CA-496', 'CA-148'];
    await start(fleet(stations, 1_000), "voltage_V: 208\nreplay: { day: '2019-03-20' }", 600);
    pass(120);
    const { sessions, energy_kWh } = running.snapshot();
    expect(sessions).toBeGreaterThan(3);
    expect(energy_kWh).toBeGreaterThan(10);
    expect(energy_kWh).toBeLessThan(sessions * 60);
  });

  it('at the end sends the cars home and tells the cloud before it goes', async () => {
    const central = new StrictCentralSystem();
    await central.start(0);
    try {
      const site = { ...fleet(['A', 'B'], 100), ocppUrl: `ws://127.0.0.1:${central.port}` };
      await start(site, '', 1);
      running.plugIn('A', 1, ordinaryCar, 'CARD');
      await waitFor('a transaction', () => {
        running.tick();
        return central.of('StartTransaction').length === 1;
      });
      await running.stop();
      expect(central.of('StopTransaction')).toMatchObject([{ transactionId: 42, reason: 'EVDisconnected' }]);
      expect(central.schemaErrors).toEqual([]);
    } finally {
      await central.stop();
    }
  });

  it('OCPP-J 3: one fleet speaks three editions on one port, each in its own', async () => {
    const csms = new StrictCsms(null);
    await csms.start(0);
    try {
      const site = { ...fleet(['A', 'B', 'C'], 100), ocppUrl: `ws://127.0.0.1:${csms.port}` };
      const chargers =
        'chargers: [{ charger: B, protocol: ocpp2.0.1 }, { charger: 3, protocol: ocpp2.1 }]\nfaults: [{ at_s: 20, kind: charger-limit, device: B, limit_A: 8, duration_s: 20 }]';
      await start(site, chargers, 1);
      await waitFor('three chargers', () => {
        running.tick();
        return running.snapshot().chargersOnline === 3;
      });
      for (const identity of ['A', 'B', 'C']) running.plugIn(identity, 1, ordinaryCar, 'CARD');
      const charging = (): boolean =>
        ['A', 'B', 'C'].every((one) => running.charger(one).connectors[0]?.transaction);
      await waitFor('three sessions', () => {
        running.tick();
        return charging();
      });
      expect(['A', 'B', 'C'].map((identity) => csms.session(identity).protocol)).toEqual([
        'ocpp1.6',
        'ocpp2.0.1',
        'ocpp2.1',
      ]);
      pass(15);
      expect(grid_A()).toEqual([48, 48, 48]);
      pass(15);
      expect(grid_A()).toEqual([40, 40, 40]);
      pass(20);
      expect(grid_A()).toEqual([48, 48, 48]);
      await waitFor('both notices', () => csms.of('ClearedChargingLimit').length === 1);
      expect(csms.of('NotifyChargingLimit')).toMatchObject([
        { chargingLimit: { chargingLimitSource: 'EMS' } },
      ]);
      await running.stop();
      expect(csms.of('StopTransaction')).toHaveLength(1);
      expect(csms.of('TransactionEvent').filter(({ eventType }) => eventType === 'Ended')).toHaveLength(2);
      expect(csms.schemaErrors).toEqual([]);
    } finally {
      await csms.stop();
    }
  });

  it('A00: security profiles 2 and 3 come from the scenario, with the PEM files it names', async () => {
    const authority = await TestAuthority.create('Test Central Root');
    const server = await authority.issue('127.0.0.1');
    const mine = await authority.issue('B');
    const folder = await mkdtemp(join(tmpdir(), 'sim-tls-'));
    await writeFile(join(folder, 'root.pem'), authority.pem);
    await writeFile(join(folder, 'B.key'), mine.keyPem);
    await writeFile(join(folder, 'B.pem'), mine.pem);
    const csms = new StrictCsms({ key: server.keyPem, cert: server.pem, clientRoot: authority.pem });
    await csms.start(0);
    const shown = new Map<string, [string | null, string | null]>();
    csms.admit = ({ identity, password, clientName }) => {
      shown.set(identity, [password, clientName]);
      return null;
    };
    const scenario = (file: string): string => `securityProfile: 2
chargers: [{ charger: B, securityProfile: 3 }]
tls:
  url: wss://127.0.0.1:${csms.port}
  trustedRoots: [${join(folder, file)}]
  clientKey: ${join(folder, '{identity}.key')}
  clientCertificate: ${join(folder, '{identity}.pem')}`;
    try {
      await start(fleet(['A', 'B'], 100), scenario('root.pem'), 1);
      await waitFor('both', () => {
        running.tick();
        return running.snapshot().chargersOnline === 2;
      });
      expect(shown).toEqual(
        new Map([
          ['A', ['secret', null]],
          ['B', [null, 'B']],
        ]),
      );
      await expect(
        start(fleet(['A'], 100), scenario('none.pem').replace('charger: B', 'charger: A'), 1),
      ).rejects.toThrow(/none.pem/);
      await running.stop();
    } finally {
      await csms.stop();
      await rm(folder, { recursive: true });
    }
  });

  it('a scenario that does not fit the fleet is refused in plain words', async () => {
    await start(fleet(['A'], 32), '', 1);
    const misfit = 'visits:\n  - { charger: 2, arrival_min: 0, stay_min: 1, energy_kWh: 1 }';
    await expect(start(fleet(['A'], 32), misfit, 1)).rejects.toThrow(/charger 2.*only: A/);
    await expect(start(fleet(['A'], 32), 'chargers: [{ charger: B }]', 1)).rejects.toThrow(
      /charger B.*only: A/,
    );
    await expect(start(fleet(['A'], 32), 'baseLoad: [{ node: attic }]', 1)).rejects.toThrow(
      /"attic".*has: grid/,
    );
  });
});
