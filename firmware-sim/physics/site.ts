import type { SiteTopology, Wiring } from '#libs/allocation/topology.js';
import type { PerPhase } from '#libs/units/phases.js';
import type { BaseLoad } from './base-load.js';
import { Breaker, type BreakerReport } from './breaker.js';
import { addCar, addFlow, lineCurrents_A, noFlow, type Flow } from './line-currents.js';

/** What one connector draws at this instant. */
export interface ConnectorDraw {
  readonly nodeId: string;
  readonly wiring: Wiring;
  readonly current_A: number;
  readonly phases: number;
}

/** The site's wires as they really are: the one truth that meters sample and breakers feel. */
export class Site {
  private readonly breakers: ReadonlyMap<string, Breaker>;
  private readonly leavesFirst: SiteTopology['nodes'];
  private currents: ReadonlyMap<string, PerPhase> = new Map();
  /** Taken on every line of the grid connection besides the base loads; negative: fed in. */
  private extraLoad_A = 0;

  constructor(
    private readonly topology: SiteTopology,
    private readonly baseLoads: ReadonlyMap<string, BaseLoad>,
  ) {
    this.leavesFirst = sortLeavesFirst(topology);
    this.breakers = new Map(topology.nodes.map((node) => [node.nodeId, new Breaker(node.fuse_A)]));
  }

  /** Advances appliances and breakers by `dt_s` with what the cars draw now. */
  step(dt_s: number, dayTime_s: number, draws: readonly ConnectorDraw[]): void {
    for (const load of this.baseLoads.values()) load.step(dt_s);
    this.currents = this.flowThroughNodes(dayTime_s, draws);
    for (const [nodeId, current_A] of this.currents) this.breakers.get(nodeId)?.step(current_A, dt_s);
  }

  /** Answers the sum of all that was added. */
  addLoad_A(more_A: number): number {
    this.extraLoad_A += more_A;
    return this.extraLoad_A;
  }

  /** True current per line through every node. */
  trueCurrents(): ReadonlyMap<string, PerPhase> {
    return this.currents;
  }

  breakerDamage(nodeId: string): number {
    return this.breakers.get(nodeId)?.damage ?? 0;
  }

  breakerReports(): ReadonlyMap<string, BreakerReport> {
    return new Map([...this.breakers].map(([nodeId, breaker]) => [nodeId, breaker.report()]));
  }

  private flowThroughNodes(
    dayTime_s: number,
    draws: readonly ConnectorDraw[],
  ): ReadonlyMap<string, PerPhase> {
    const flows = new Map<string, Flow>(this.topology.nodes.map((node) => [node.nodeId, noFlow()]));
    for (const [nodeId, load] of this.baseLoads) {
      const flow = flows.get(nodeId);
      const current_A = load.current_A(dayTime_s);
      if (flow) addFlow(flow, { neutral_A: [...current_A], between_A: [0, 0, 0] });
    }
    const root = this.leavesFirst.at(-1);
    const rootFlow = root && flows.get(root.nodeId);
    const extra_A = this.extraLoad_A;
    if (rootFlow) addFlow(rootFlow, { neutral_A: [extra_A, extra_A, extra_A], between_A: [0, 0, 0] });
    for (const draw of draws) {
      const flow = flows.get(draw.nodeId);
      if (flow) addCar(flow, draw.wiring, draw.current_A, draw.phases);
    }
    for (const node of this.leavesFirst) {
      const parent = node.parentId === null ? undefined : flows.get(node.parentId);
      const own = flows.get(node.nodeId);
      if (parent && own) addFlow(parent, own);
    }
    return new Map([...flows].map(([nodeId, flow]) => [nodeId, lineCurrents_A(flow)]));
  }
}

function sortLeavesFirst(topology: SiteTopology): SiteTopology['nodes'] {
  const parents = new Map(topology.nodes.map((node) => [node.nodeId, node.parentId]));
  const depth = (nodeId: string): number => {
    let steps = 0;
    for (let at = parents.get(nodeId); at && steps <= parents.size; at = parents.get(at)) steps++;
    return steps;
  };
  return [...topology.nodes].toSorted((a, b) => depth(b.nodeId) - depth(a.nodeId));
}
