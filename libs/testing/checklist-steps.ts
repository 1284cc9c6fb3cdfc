import { initialBalancer } from '#libs/devices/balancer-state.js';
import { initialHub } from '#libs/devices/hub-state.js';
import type { Pool } from '#libs/store/pool.js';
import { ResidualCurrentTests } from '#libs/store/residual-current-tests.js';
import { DeviceStateStore } from '#libs/store/telemetry/device-state-store.js';
import type { Caller } from './http-world.js';
import { handOver } from './sharing-steps.js';

interface Listed {
  readonly deviceId: string;
  readonly kind: 'charger' | 'balancer' | 'hub';
  readonly items: readonly { readonly item: string; readonly computed: boolean; readonly done: boolean }[];
}
interface Topology {
  readonly nodes: readonly { nodeId: string; fuse_A: number[]; meterDeviceId: string | null }[];
  readonly connectors: readonly { readonly deviceId: string; readonly connector: number }[];
}

const newTopology = {
  nodes: [{ nodeId: 'grid', parentId: null, name: 'Main fuse', fuse_A: [25, 25, 25], meterDeviceId: null }],
  connectors: [],
  margin_A: 1,
  assumedBase_A: [5, 5, 5],
  step_A: 1,
};
const wiring = {
  connector: 1,
  nodeId: 'grid',
  wiring: { kind: 'three-phase', rotation: ['L1', 'L2', 'L3'] },
  maximum_A: 16,
  minimum_A: 6,
  weight: 1,
  priority: 0,
};

/** NB-61: what an installer does before the hand-over: he enters fuses, ticks what he looked at, and the devices tell the rest. */
export async function completeChecklist(pool: Pool, by: Caller, locationId: string): Promise<void> {
  const path = `/v1/locations/${locationId}`;
  const list = async () =>
    (await by.get(`${path}/checklist`)).as<{ items: Listed['items']; devices: Listed[] }>(200);
  const { items, devices } = await list();
  if (items.some(({ item, done }) => item === 'main-fuse' && !done)) {
    const connectors = devices
      .filter(({ kind }) => kind === 'charger')
      .map(({ deviceId }) => ({ ...wiring, deviceId }));
    const topology = { ...newTopology, connectors };
    (await by.put(`${path}/topology`, { version: 0, topology })).as(200);
  }
  const { topology } = (await by.get(`${path}/topology`)).as<{ topology: Topology | null }>(200);
  await tick(by, path, items);
  for (const device of devices) {
    await tick(by, `/v1/devices/${device.deviceId}`, device.items);
    await tell(pool, locationId, device, topology);
  }
}

async function tick(by: Caller, path: string, items: Listed['items']): Promise<void> {
  for (const { item, computed } of items)
    if (!computed) (await by.put(`${path}/checklist/${item}`, { done: true })).as(200);
}

/** What the device itself would have told by now. */
async function tell(
  pool: Pool,
  locationId: string,
  { deviceId, kind }: Listed,
  topology: Topology | null,
): Promise<void> {
  if (kind === 'charger') {
    const wired = topology?.connectors.filter((connector) => connector.deviceId === deviceId) ?? [];
    const result = { passed: true, trip_ms: 24, current_mA: 30 };
    for (const { connector } of wired)
      await new ResidualCurrentTests(pool).record(
        { deviceId, siteId: locationId },
        connector,
        result,
        Date.now(),
      );
    return;
  }
  const fuse_A = topology?.nodes.find(({ meterDeviceId }) => meterDeviceId === deviceId)?.fuse_A ?? [0];
  const installation = {
    mainFuse_A: Math.min(...fuse_A),
    currentTransformerRatio: 2_000,
    solarTerminal: false,
  };
  const report = { armed: 'disarmed' as const, simPresent: true, signal_dBm: null, at: Date.now() };
  const state = kind === 'hub' ? { ...initialHub, report } : { ...initialBalancer, installation };
  await new DeviceStateStore(pool).save([{ deviceId, locationId, state, updatedAt: new Date() }]);
}

/** One hands an installation over that is ready, and the other takes it. */
export async function handOverReady(pool: Pool, by: Caller, locationId: string, to: Caller): Promise<void> {
  await completeChecklist(pool, by, locationId);
  await handOver(by, locationId, to);
}
