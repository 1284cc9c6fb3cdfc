import type { TopologyError } from './topology-error.js';
import type { FuseNode, SiteTopology, Wiring } from './topology.js';

type Report = (code: TopologyError['code'], path: string, message: string) => void;

/** Every fault of a topology; an empty list means the allocator can trust it. */
export function validateTopology(topology: SiteTopology): readonly TopologyError[] {
  const errors: TopologyError[] = [];
  const report: Report = (code, path, message) => errors.push({ code, path, message });
  validateSettings(topology, report);
  validateTree(topology, report);
  validateTransformers(topology, report);
  validateConnectors(topology, report);
  return errors;
}

function validateSettings(topology: SiteTopology, report: Report): void {
  if (!finite(topology.margin_A) || topology.margin_A < 0)
    report('topology-not-a-number', 'margin_A', 'Give the margin as a current of 0 A or more.');
  if (!finite(topology.step_A) || topology.step_A <= 0)
    report('topology-not-a-number', 'step_A', 'Give the setpoint step as a current above 0 A.');
  if (!topology.assumedBase_A.every((current) => finite(current) && current >= 0))
    report(
      'topology-not-a-number',
      'assumedBase_A',
      'Give the assumed base load as three currents of 0 A or more.',
    );
}

function validateTree(topology: SiteTopology, report: Report): void {
  const byId = new Map<string, FuseNode>();
  topology.nodes.forEach((node, index) => {
    const path = `nodes[${index}]`;
    if (byId.has(node.nodeId))
      report('topology-duplicate', path, `Two nodes are called "${node.nodeId}"; give each its own id.`);
    byId.set(node.nodeId, node);
    if (!node.fuse_A.every((current) => finite(current) && current >= 0))
      report('topology-not-a-number', `${path}.fuse_A`, 'Give the fuse as three currents of 0 A or more.');
  });
  const roots = topology.nodes.filter((node) => node.parentId === null).length;
  if (roots !== 1)
    report(
      'topology-root',
      'nodes',
      `Exactly one node, the grid connection, has no parent; this tree has ${roots} of them.`,
    );

  topology.nodes.forEach((node, index) => {
    if (node.parentId === null) return;
    const parent = byId.get(node.parentId);
    if (!parent) {
      report(
        'topology-unknown-node',
        `nodes[${index}].parentId`,
        `There is no node "${node.parentId}" to hang this one under.`,
      );
      return;
    }
    if (reachesItself(node, byId))
      report(
        'topology-cycle',
        `nodes[${index}].parentId`,
        `Node "${node.nodeId}" is its own ancestor; a fuse tree has no loops.`,
      );
    node.fuse_A.forEach((fuse_A, line) => {
      if (fuse_A > (parent.fuse_A[line] ?? 0))
        report(
          'topology-child-above-parent',
          `nodes[${index}].fuse_A[${line}]`,
          `The fuse of "${node.nodeId}" on L${line + 1} (${fuse_A} A) is larger than its parent's (${parent.fuse_A[line]} A).`,
        );
    });
  });
}

function validateTransformers(topology: SiteTopology, report: Report): void {
  const fed = new Set<string>();
  topology.transformers.forEach(({ nodeId, ratio, fuse_A }, index) => {
    const path = `transformers[${index}]`;
    if (!topology.nodes.some((node) => node.nodeId === nodeId))
      report(
        'topology-unknown-node',
        `${path}.nodeId`,
        `There is no node "${nodeId}" for a transformer to feed.`,
      );
    if (fed.has(nodeId))
      report('topology-duplicate', path, `Node "${nodeId}" is fed by two transformers; keep one entry.`);
    fed.add(nodeId);
    if (!finite(ratio) || ratio <= 0 || !fuse_A.every((current) => finite(current) && current >= 0))
      report(
        'topology-not-a-number',
        path,
        'Give the ratio as a number above 0 and the primary fuse as three currents of 0 A or more.',
      );
  });
}

function validateConnectors(topology: SiteTopology, report: Report): void {
  const byId = new Map(topology.nodes.map((node) => [node.nodeId, node]));
  const seen = new Set<string>();
  topology.connectors.forEach((connector, index) => {
    const path = `connectors[${index}]`;
    const key = `${connector.deviceId}/${connector.connector}`;
    if (seen.has(key)) report('topology-duplicate', path, `Connector ${key} is wired twice; keep one entry.`);
    seen.add(key);
    const node = byId.get(connector.nodeId);
    if (!node)
      report(
        'topology-unknown-node',
        `${path}.nodeId`,
        `There is no node "${connector.nodeId}" for connector ${key}.`,
      );
    else
      for (const line of linesOf(connector.wiring))
        if (!(node.fuse_A[line] ?? 0))
          report(
            'topology-missing-line',
            `${path}.wiring`,
            `Node "${connector.nodeId}" has no fuse on L${line + 1}, which connector ${key} needs.`,
          );
    if (connector.wiring.kind === 'three-phase' && new Set(connector.wiring.rotation).size !== 3)
      report('topology-rotation', `${path}.wiring.rotation`, 'A rotation names L1, L2 and L3 once each.');
    if (
      !finite(connector.maximum_A) ||
      !finite(connector.minimum_A) ||
      !finite(connector.weight) ||
      connector.weight <= 0
    )
      report(
        'topology-not-a-number',
        path,
        'Give minimum and maximum as currents and the weight as a number above 0.',
      );
    else if (connector.minimum_A <= 0 || !onGrid(connector.minimum_A, topology.step_A))
      report(
        'topology-minimum',
        `${path}.minimum_A`,
        `The minimum must be a multiple of the step (${topology.step_A} A) above 0 A.`,
      );
  });
}

/** Line indexes that a wiring loads. */
function linesOf(wiring: Wiring): readonly number[] {
  if (wiring.kind === 'three-phase') return [0, 1, 2];
  if (wiring.kind === 'single-phase') return [{ L1: 0, L2: 1, L3: 2 }[wiring.phase]];
  return { 'L1-L2': [0, 1], 'L2-L3': [1, 2], 'L3-L1': [2, 0] }[wiring.lines];
}

function reachesItself(node: FuseNode, byId: ReadonlyMap<string, FuseNode>): boolean {
  let steps = 0;
  for (let at = byId.get(node.parentId ?? ''); at; at = byId.get(at.parentId ?? '')) {
    if (at === node || steps++ > byId.size) return true;
  }
  return false;
}

const finite = (value: number): boolean => Number.isFinite(value);
const onGrid = (value: number, step: number): boolean =>
  Math.abs(value / step - Math.round(value / step)) < 1e-9;
