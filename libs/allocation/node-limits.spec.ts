import { describe, expect, it } from '@jest/globals';
import { compiled, siteTopology, threePhase } from '#libs/testing/site-builder.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { noNodeLimits, setNodeLimits, type NodeLimit } from './node-limits.js';

const site = compiled(
  siteTopology({
    fuse_A: 63,
    nodes: [
      { nodeId: 'garage', parentId: 'grid', name: 'garage', fuse_A: [32, 32, 32], meterDeviceId: null },
    ],
    chargers: [{ wiring: threePhase }],
  }),
);
const until = epochMilliseconds(1_800_000_000_000);
const operator: NodeLimit = { nodeId: 'garage', limit_A: [20, 16, 25], source: 'grid-operator', until };
const contract: NodeLimit = { nodeId: 'garage', limit_A: [20, 25, 10], source: 'contract' };

describe('limits beneath the fuses (I1)', () => {
  it('are none at first', () => {
    const limits = noNodeLimits(site);
    expect(Array.from(limits.limit_A)).toEqual(Array(6).fill(Infinity));
    expect([limits.source, limits.until]).toEqual([Array(6).fill(null), Array(6).fill(null)]);
  });

  it('I1: the lowest of a line holds with its own source and end, the first of equal ones', () => {
    const limits = noNodeLimits(site);
    setNodeLimits(site, limits, [operator, contract]);
    expect(Array.from(limits.limit_A)).toEqual([Infinity, Infinity, Infinity, 20, 16, 10]);
    expect(limits.source).toEqual([null, null, null, 'grid-operator', 'grid-operator', 'contract']);
    expect(limits.until).toEqual([null, null, null, until, until, null]);
  });

  it('I1: a limit below 0 A lets nothing through', () => {
    const limits = noNodeLimits(site);
    setNodeLimits(site, limits, [{ ...contract, nodeId: 'grid', limit_A: [-5, 0, 63] }]);
    expect(Array.from(limits.limit_A)).toEqual([0, 0, 63, Infinity, Infinity, Infinity]);
  });

  it('replace all earlier ones, and leave out a node that the site does not have', () => {
    const limits = noNodeLimits(site);
    setNodeLimits(site, limits, [operator]);
    setNodeLimits(site, limits, [{ ...operator, nodeId: 'cellar' }]);
    expect(limits).toEqual(noNodeLimits(site));
  });
});
