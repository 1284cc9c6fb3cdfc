import type { CarModel } from '#firmware-sim/physics/car.js';
import type { ApplianceModel, BaseLoadModel } from '#firmware-sim/physics/base-load.js';
import type { Random } from '#firmware-sim/physics/random.js';
import type { FuseNode, SiteTopology, Wiring, WiredConnector } from '#libs/allocation/topology.js';
import { phaseIndex, phases, type PerPhase, type Phase } from '#libs/units/phases.js';

export type SiteKind = 'house' | 'garage' | 'nested' | 'line-to-line';

export interface RandomSite {
  readonly kind: SiteKind;
  readonly topology: SiteTopology;
  /** What the people use besides charging, by node. Its largest value alone stays inside the fuse. */
  readonly baseLoads: ReadonlyMap<string, BaseLoadModel>;
  /** Seconds between two readings of a meter. */
  readonly cadence_s: 1 | 10;
}

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random.uniform() * from.length)]!;
const rotations = [
  ['L1', 'L2', 'L3'],
  ['L2', 'L3', 'L1'],
  ['L3', 'L1', 'L2'],
  ['L1', 'L3', 'L2'],
] as const;

/** A site nobody has thought of: its fuses, its chargers' wiring, its appliances and its meter's pace. */
export function drawSite(random: Random, prefix: string): RandomSite {
  const kind = pick<SiteKind>(random, ['house', 'house', 'garage', 'nested', 'line-to-line']);
  const zen = `${prefix}-zen`;
  const rating_A = pick(
    random,
    {
      house: [16, 20, 25, 35],
      garage: [35, 50, 63, 80],
      nested: [63, 80, 125, 160],
      'line-to-line': [32, 50, 63, 80],
    }[kind],
  );
  const nodes: FuseNode[] = [node('grid', null, rating_A, zen)];
  if (kind === 'nested') {
    const count = 2 + Math.floor(random.uniform() * 2);
    for (let at = 0; at < count; at++) {
      const parent = at === 2 && random.uniform() < 0.5 ? nodes[1]! : nodes[0]!;
      const fuse_A = Math.round(parent.fuse_A[0] * random.between(0.35, 0.8));
      nodes.push(node(`sub-${at}`, parent.nodeId, fuse_A, random.uniform() < 0.3 ? `${zen}-${at}` : null));
    }
  }
  const count = {
    house: 1,
    garage: 2 + Math.floor(random.uniform() * 7),
    nested: 4 + Math.floor(random.uniform() * 7),
    'line-to-line': 2 + Math.floor(random.uniform() * 5),
  }[kind];
  const connectors: WiredConnector[] = [];
  for (let at = 0; at < count; at++) {
    const home = kind === 'nested' ? pick(random, nodes.slice(1)) : nodes[0]!;
    const wiring = drawWiring(random, kind);
    connectors.push({
      deviceId: `${prefix}-charger-${at}`,
      connector: 1,
      nodeId: home.nodeId,
      wiring,
      maximum_A: Math.min(home.fuse_A[0], pick(random, [16, 16, 32])),
      minimum_A: 6,
      weight: pick(random, [1, 1, 1, 2]),
      priority: pick(random, [0, 0, 0, 1]),
      switchesPhases: random.uniform() < 0.6 && wiring.kind === 'three-phase',
    });
  }
  const baseLoads = new Map<string, BaseLoadModel>();
  const total: [number, number, number] = [0, 0, 0];
  for (const each of nodes.toReversed()) {
    if (each.meterDeviceId === null) continue;
    const below = each.parentId === null ? total : noBase;
    const model = drawBaseLoad(random, kind, each.fuse_A[0], below);
    baseLoads.set(each.nodeId, model);
    peak(model).forEach((peak_A, line) => (total[line as 0 | 1 | 2] += peak_A));
  }
  const topology: SiteTopology = {
    nodes,
    transformers: [],
    connectors,
    margin_A: pick(random, [0.5, 1, 2]),
    // What the installer planned for: the promise for a silent meter (I11) holds up to this.
    assumedBase_A: [Math.ceil(total[0]), Math.ceil(total[1]), Math.ceil(total[2])],
    step_A: pick(random, [0.1, 1]),
  };
  return { kind, topology, baseLoads, cadence_s: random.uniform() < 0.75 ? 1 : 10 };
}

/** The description of a site with one rotation noted wrongly; null where no charger has one. */
export function withWrongRotation(random: Random, topology: SiteTopology): SiteTopology | null {
  const rotated = topology.connectors.filter(({ wiring }) => wiring.kind === 'three-phase');
  if (rotated.length === 0) return null;
  const wrong = pick(random, rotated);
  const { wiring } = wrong;
  if (wiring.kind !== 'three-phase') return null;
  const rotation = pick(
    random,
    rotations.filter((each) => each.join() !== wiring.rotation.join()),
  );
  const connectors = topology.connectors.map((each) =>
    each === wrong ? { ...each, wiring: { ...wiring, rotation } } : each,
  );
  return { ...topology, connectors };
}

const noBase: PerPhase = [0, 0, 0];
const node = (
  nodeId: string,
  parentId: string | null,
  fuse_A: number,
  meterDeviceId: string | null,
): FuseNode => ({
  nodeId,
  parentId,
  name: nodeId,
  fuse_A: [fuse_A, fuse_A, fuse_A],
  meterDeviceId,
});

function drawWiring(random: Random, kind: SiteKind): Wiring {
  if (kind === 'line-to-line') return { kind, lines: pick(random, ['L1-L2', 'L2-L3', 'L3-L1']) };
  if (random.uniform() < 0.3) return { kind: 'single-phase', phase: pick(random, phases) };
  return { kind: 'three-phase', rotation: pick(random, rotations) };
}

function drawBaseLoad(random: Random, kind: SiteKind, fuse_A: number, below_A: PerPhase): BaseLoadModel {
  const constant_A = phases.map(() => fuse_A * random.between(0.01, 0.15)) as [number, number, number];
  const on = (...lines: readonly Phase[]) => lines;
  const one = pick(random, phases);
  const other = pick(random, phases);
  const household: readonly ApplianceModel[] = [
    { name: 'oven', phases: on(one), current_A: random.between(6, 12), on_s: 40, off_s: 60 },
    {
      name: 'hob',
      phases: one === other ? on(one) : on(one, other),
      current_A: random.between(6, 16),
      on_s: 900,
      off_s: 12_000,
    },
    { name: 'boiler', phases: on(other), current_A: random.between(8, 13), on_s: 1_800, off_s: 7_200 },
    {
      name: 'heat pump',
      phases: on('L1', 'L2', 'L3'),
      current_A: random.between(4, 10),
      on_s: 1_200,
      off_s: 1_800,
    },
    { name: 'kettle', phases: on(one), current_A: 9, on_s: 180, off_s: 9_000 },
    // The hardest step a house knows: from nothing to most of the fuse at once.
    {
      name: 'flow heater',
      phases: on('L1', 'L2', 'L3'),
      current_A: fuse_A * random.between(0.4, 0.8),
      on_s: 300,
      off_s: 7_200,
    },
  ];
  const building: readonly ApplianceModel[] = [
    {
      name: 'lift',
      phases: on('L1', 'L2', 'L3'),
      current_A: fuse_A * random.between(0.05, 0.2),
      on_s: 30,
      off_s: 240,
    },
    {
      name: 'ventilation',
      phases: on('L1', 'L2', 'L3'),
      current_A: fuse_A * random.between(0.05, 0.2),
      on_s: 1_800,
      off_s: 1_800,
    },
    {
      name: 'sauna',
      phases: on('L1', 'L2', 'L3'),
      current_A: fuse_A * random.between(0.3, 0.7),
      on_s: 600,
      off_s: 7_200,
    },
    {
      name: 'cellar',
      phases: on(one),
      current_A: fuse_A * random.between(0.05, 0.25),
      on_s: 300,
      off_s: 2_000,
    },
  ];
  const appliances: ApplianceModel[] = [];
  const sum = constant_A.map((constant, line) => constant + below_A[line as 0 | 1 | 2]);
  for (const appliance of kind === 'house' ? household : building) {
    const lines = appliance.phases.map(phaseIndex);
    if (random.uniform() < 0.25 || lines.some((line) => sum[line]! + appliance.current_A > fuse_A * 0.9))
      continue;
    lines.forEach((line) => (sum[line]! += appliance.current_A));
    appliances.push(appliance);
  }
  return { constant_A, appliances, daily: null, sun: null };
}

function peak(model: BaseLoadModel): PerPhase {
  const total: [number, number, number] = [...model.constant_A];
  for (const appliance of model.appliances)
    for (const line of appliance.phases) total[phaseIndex(line)] += appliance.current_A;
  return total;
}

/** The next car at a connector: some small, some slow, some that fall asleep in a pause. */
export function drawCar(random: Random): CarModel {
  return {
    maximum_A: pick(random, [10, 13, 16, 16, 20, 32]),
    phases: pick(random, [1, 1, 2, 3, 3, 3]),
    energyWanted_Wh: random.between(3_000, 45_000),
    ramp_A_per_s: random.between(1.5, 16),
    reaction_s: Math.floor(random.between(1, 6)),
    minimum_A: 6,
    taperFrom: random.uniform() < 0.5 ? random.between(0.6, 0.95) : null,
    wakesAfterPause: random.uniform() < 0.9,
  };
}
