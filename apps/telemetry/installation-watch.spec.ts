import { describe, expect, it } from '@jest/globals';
import type { Observation } from '#libs/contracts/observation.js';
import type { SiteTopologyDocument } from '#libs/contracts/topology.js';
import { initialBalancer, type BalancerState } from '#libs/devices/balancer-state.js';
import type { Finding } from '#libs/devices/transformer-check.js';
import type { PerPhase } from '#libs/units/phases.js';
import { InstallationWatch } from './installation-watch.js';

const start = Date.UTC(2026, 0, 5);
const fuse_A: PerPhase = [63, 63, 63];
const connector = (wiring: SiteTopologyDocument['connectors'][number]['wiring']) => ({
  deviceId: 'charger',
  connector: 1,
  nodeId: 'garage',
  wiring,
  maximum_A: 32,
  minimum_A: 6,
  weight: 1,
  priority: 0,
  switchesPhases: false,
});
const site = (wiring: Parameters<typeof connector>[0]): SiteTopologyDocument => ({
  nodes: [
    { nodeId: 'grid', parentId: null, name: 'Grid', fuse_A, meterDeviceId: 'zen' },
    { nodeId: 'garage', parentId: 'grid', name: 'Garage', fuse_A, meterDeviceId: null },
  ],
  transformers: [],
  connectors: [connector(wiring)],
  margin_A: 0,
  assumedBase_A: [0, 0, 0],
  step_A: 1,
});

/** A car of one phase that goes up and down for some minutes, on the charger's terminal 1, at the line `line`. */
async function charge(
  topology: SiteTopologyDocument,
  clamp: (line_A: number) => PerPhase,
  before: BalancerState,
): Promise<Finding[]> {
  const watch = new InstallationWatch(async () => topology);
  const found: Finding[] = [];
  const say = async (deviceId: string, at: number, event: Observation['event']): Promise<void> => {
    const deviceKind = deviceId === 'zen' ? 'balancer' : 'charger';
    const times = { deviceTime: at, receivedAt: at };
    const finding = await watch.take(
      { siteId: 'site', deviceId, deviceKind, ...times, event },
      deviceId === 'zen' ? before : null,
    );
    if (finding) found.push(finding);
  };
  const rest = { voltage_V: null, power_W: null };
  const cars = [6, 16, 6, 20, 10, 25, 6];
  for (const [index, car_A] of cars.entries()) {
    for (let second = 0; second < 30; second++) {
      const at = start + (index * 30 + second) * 1_000;
      await say('zen', at, {
        type: 'balancer-reading',
        current_A: clamp(car_A),
        ...rest,
        energyImport_Wh: null,
        energyExport_Wh: null,
      });
      if (second % 10 === 9)
        await say('charger', at, {
          type: 'meter-sample',
          connector: 1,
          transactionId: 1,
          current_A: [car_A, 0, 0],
          ...rest,
          energy_Wh: null,
          offered_A: null,
        });
    }
  }
  return found;
}
const onL2 = { kind: 'single-phase', phase: 'L2' } as const;

describe('NB-79: where readings and samples of a site meet', () => {
  it('a fault is told once, as long as it stays the same', async () => {
    expect(await charge(site(onL2), (car_A) => [1, -car_A, 0], initialBalancer)).toEqual([
      { code: 'transformer-reversed', detail: { lines: 'L2', evidence: 'charging' } },
    ]);
  });

  it("the charger's rotation is taken into account: terminal 1 on L3 is L3", async () => {
    const rotated = site({ kind: 'three-phase', rotation: ['L3', 'L1', 'L2'] });
    expect(await charge(rotated, (car_A) => [0, 0, car_A], initialBalancer)).toEqual([]);
    const found = await charge(rotated, (car_A) => [car_A, 0, 0], initialBalancer);
    expect(found[0]).toMatchObject({ code: 'transformers-swapped' });
  });

  it('a good installation is worth a word only after a bad one', async () => {
    expect(await charge(site(onL2), (car_A) => [0, car_A, 0], initialBalancer)).toEqual([]);
    const finding = { code: 'transformer-reversed', detail: { lines: 'L2' }, at: start };
    const found = await charge(site(onL2), (car_A) => [0, car_A, 0], { ...initialBalancer, finding });
    expect(found).toMatchObject([{ code: 'installation-plausible' }]);
  });

  it('what the state already says is not said again after a restart', async () => {
    const finding = {
      code: 'transformer-reversed',
      detail: { lines: 'L2', evidence: 'charging' },
      at: start,
    };
    const before = { ...initialBalancer, finding };
    expect(await charge(site(onL2), (car_A) => [1, -car_A, 0], before)).toEqual([]);
  });

  it('line-to-line wiring and transformers inside the site are left out: lines do not add up there', async () => {
    const lineToLine = site({ kind: 'line-to-line', lines: 'L1-L2' });
    const transformed = { ...site(onL2), transformers: [{ nodeId: 'garage', ratio: 2, fuse_A }] };
    for (const topology of [lineToLine, transformed])
      expect(await charge(topology, (car_A) => [1, -car_A, 0], initialBalancer)).toEqual([]);
  });
});
