import { phaseIndex, type PerPhase } from '#libs/units/phases.js';
import { fail, ok, type Result } from '#libs/units/result.js';
import type { TopologyError } from './topology-error.js';
import type { SiteTopology, Wiring } from './topology.js';
import { validateTopology } from './validate.js';

/** Accumulators per node: three lines against neutral, then the pairs L1-L2, L2-L3, L3-L1. */
export const slotsPerNode = 6;

/** A site's topology as flat arrays: nodes in parent-first order, node 0 is the grid connection. */
export interface CompiledSite {
  readonly topology: SiteTopology;
  readonly nodeCount: number;
  readonly connectorCount: number;
  /** Node ids by node index. */
  readonly nodeIds: readonly string[];
  readonly nodeIndexById: ReadonlyMap<string, number>;
  /** Fuse per (node, line): index 3 * node + line. */
  readonly fuse_A: Float64Array;
  /** Transformers by number; capacities of their primary lines stand behind those of the nodes, see `primaryConstraint`. */
  readonly transformers: readonly {
    readonly node: number;
    readonly ratio: number;
    readonly fuse_A: PerPhase;
  }[];
  /** Nodes from a connector's own up to the root: path[pathStart[i] .. pathStart[i + 1]). */
  readonly path: Int32Array;
  readonly pathStart: Int32Array;
  /** Per connector the slot of terminal 1, 2, 3: index 3 * connector + terminal; -1 when the terminal is not wired. */
  readonly terminalSlot: Int8Array;
  /** Bit s is set when a connector loads slot s through any wired terminal. */
  readonly wiredSlots: Uint8Array;
  /** 1 for three-phase connectors that can charge on terminal 1 alone. */
  readonly switches: Uint8Array;
  readonly hasSwitches: boolean;
  /**
   * What connector i loads, node by node up to the root, as entries start[i] .. start[i + 1]: the accumulator
   * (node * 6 + slot) above the six bits of which the slot's own is set, and the constraint (3 * node + line) of a load
   * against neutral.
   */
  readonly loads: {
    readonly start: Int32Array;
    readonly accumulatorAndBit: Int32Array;
    readonly constraint: Int32Array;
  };
  /** Connectors below a node: members[memberStart[node] .. memberStart[node + 1]). */
  readonly members: Int32Array;
  readonly memberStart: Int32Array;
  /** True when a connector is wired between two lines or a transformer is there, so that currents add up as phasors. */
  readonly hasPairs: boolean;
  /** 1 where the assumed base load belongs: the grid connection and every node with a meter of its own. */
  readonly carriesBase: Uint8Array;
  /** Connector index by `deviceId/connector`. */
  readonly connectorIndexByKey: ReadonlyMap<string, number>;
}

export const connectorKey = (deviceId: string, connector: number): string => `${deviceId}/${connector}`;

/** How many capacities a site has: one per (node, line), then one per (transformer, primary line). */
export const constraintCount = (site: CompiledSite): number =>
  (site.nodeCount + site.transformers.length) * 3;

export const primaryConstraint = (site: CompiledSite, transformer: number, line: number): number =>
  (site.nodeCount + transformer) * 3 + line;

/** The node that a capacity belongs to; for a primary line the one its transformer feeds. */
export function nodeOfConstraint(site: CompiledSite, at: number): number {
  const node = Math.floor(at / 3);
  return node < site.nodeCount ? node : site.transformers[node - site.nodeCount]!.node;
}

/** Checks a topology and lays it out for the allocator. Every fault is reported, not only the first. */
export function compileSite(topology: SiteTopology): Result<CompiledSite, readonly TopologyError[]> {
  const errors = validateTopology(topology);
  if (errors.length > 0) return fail(errors);

  const ordered = parentsFirst(topology);
  const nodeIndexById = new Map(ordered.map((node, index) => [node.nodeId, index]));
  const parent = ordered.map((node) =>
    node.parentId === null ? -1 : (nodeIndexById.get(node.parentId) ?? -1),
  );
  const fuse_A = new Float64Array(ordered.length * 3);
  ordered.forEach((node, index) => fuse_A.set(node.fuse_A, index * 3));

  const count = topology.connectors.length;
  const path: number[] = [];
  const pathStart = new Int32Array(count + 1);
  const terminalSlot = new Int8Array(count * 3).fill(-1);
  const wiredSlots = new Uint8Array(count);
  topology.connectors.forEach((connector, index) => {
    for (let node = nodeIndexById.get(connector.nodeId) ?? -1; node >= 0; node = parent[node] ?? -1)
      path.push(node);
    pathStart[index + 1] = path.length;
    slotsOf(connector.wiring).forEach((slot, terminal) => {
      terminalSlot[index * 3 + terminal] = slot;
      wiredSlots[index] = (wiredSlots[index] ?? 0) | (1 << slot);
    });
  });

  const switches = Uint8Array.from(topology.connectors, ({ switchesPhases, wiring }) =>
    Number(switchesPhases && wiring.kind === 'three-phase'),
  );
  const { members, memberStart } = membersOf(ordered.length, path, pathStart);
  return ok({
    topology,
    nodeCount: ordered.length,
    connectorCount: count,
    nodeIds: ordered.map((node) => node.nodeId),
    nodeIndexById,
    fuse_A,
    path: Int32Array.from(path),
    pathStart,
    terminalSlot,
    wiredSlots,
    switches,
    hasSwitches: switches.includes(1),
    loads: loadsOf(path, pathStart, wiredSlots),
    members,
    memberStart,
    transformers: topology.transformers.map(({ nodeId, ratio, fuse_A: primary_A }) => ({
      node: nodeIndexById.get(nodeId) ?? 0,
      ratio,
      fuse_A: primary_A,
    })),
    hasPairs: topology.transformers.length > 0 || wiredSlots.some((slots) => slots > 0b111),
    carriesBase: Uint8Array.from(ordered, (node) =>
      Number(node.parentId === null || node.meterDeviceId !== null),
    ),
    connectorIndexByKey: new Map(
      topology.connectors.map((connector, index) => [
        connectorKey(connector.deviceId, connector.connector),
        index,
      ]),
    ),
  });
}

function loadsOf(
  path: readonly number[],
  pathStart: Int32Array,
  wiredSlots: Uint8Array,
): CompiledSite['loads'] {
  const start = new Int32Array(wiredSlots.length + 1);
  const entries: { accumulator: number; bit: number; constraint: number }[] = [];
  wiredSlots.forEach((slots, index) => {
    for (const node of path.slice(pathStart[index], pathStart[index + 1]))
      for (let slot = 0; slot < slotsPerNode; slot++) {
        if (!(slots & (1 << slot))) continue;
        entries.push({
          accumulator: node * slotsPerNode + slot,
          bit: 1 << slot,
          constraint: node * 3 + (slot % 3),
        });
      }
    start[index + 1] = entries.length;
  });
  return {
    start,
    accumulatorAndBit: Int32Array.from(entries, (entry) => (entry.accumulator << slotsPerNode) | entry.bit),
    constraint: Int32Array.from(entries, (entry) => entry.constraint),
  };
}

function membersOf(nodeCount: number, path: readonly number[], pathStart: Int32Array) {
  const below: number[][] = Array.from({ length: nodeCount }, () => []);
  for (let index = 0; index + 1 < pathStart.length; index++)
    for (const node of path.slice(pathStart[index], pathStart[index + 1])) below[node]!.push(index);
  const memberStart = new Int32Array(nodeCount + 1);
  below.forEach((indexes, node) => (memberStart[node + 1] = memberStart[node]! + indexes.length));
  return { members: Int32Array.from(below.flat()), memberStart };
}

/** The accumulator slot that each terminal of a connector loads. */
function slotsOf(wiring: Wiring): readonly number[] {
  switch (wiring.kind) {
    case 'three-phase':
      return wiring.rotation.map(phaseIndex);
    case 'single-phase':
      return [phaseIndex(wiring.phase)];
    case 'line-to-line':
      return [{ 'L1-L2': 3, 'L2-L3': 4, 'L3-L1': 5 }[wiring.lines]];
  }
}

function parentsFirst(topology: SiteTopology): SiteTopology['nodes'] {
  const children = new Map<string | null, SiteTopology['nodes'][number][]>();
  for (const node of topology.nodes)
    children.set(node.parentId, [...(children.get(node.parentId) ?? []), node]);
  const ordered = [...(children.get(null) ?? [])];
  for (const node of ordered) ordered.push(...(children.get(node.nodeId) ?? []));
  return ordered;
}
