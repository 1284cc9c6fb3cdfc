import { createAllocation } from './allocation.js';
import { allocate } from './allocate.js';
import { primaryConstraint, type CompiledSite } from './compile.js';

/**
 * The standing default of every connector, ampere per line: its minimum, or 0 where not all minima fit. Together with the
 * assumed base load they stay inside every fuse, so that a site without cloud, meter or network is safe (I11).
 */
export function fallbackCurrents_A(site: CompiledSite): readonly number[] {
  const allocation = createAllocation(site);
  const { margin_A, assumedBase_A } = site.topology;
  for (let node = 0; node < site.nodeCount; node++)
    for (let line = 0; line < 3; line++) {
      const base_A = site.carriesBase[node] ? assumedBase_A[line]! : 0;
      allocation.capacity_A[node * 3 + line] = Math.max(0, site.fuse_A[node * 3 + line]! - margin_A - base_A);
    }
  site.transformers.forEach(({ node, ratio, fuse_A }, number) => {
    for (let line = 0; line < 3; line++) {
      const base_A = site.carriesBase[node] ? assumedBase_A[line]! + assumedBase_A[(line + 2) % 3]! : 0;
      const at = primaryConstraint(site, number, line);
      allocation.capacity_A[at] = Math.max(0, fuse_A[line]! - margin_A - base_A / ratio);
    }
  });
  allocation.wants.fill(1);
  allocation.maximum_A.set(allocation.minimum_A);
  // Higher priority first, so that the ones that may go without are the ones that matter least.
  const order = site.topology.connectors
    .map((connector, index) => ({ priority: connector.priority, index }))
    .toSorted((a, b) => b.priority - a.priority);
  order.forEach((entry, at) => (allocation.order[at] = entry.index));
  allocate(allocation, 0);
  return Array.from(allocation.current_A);
}
