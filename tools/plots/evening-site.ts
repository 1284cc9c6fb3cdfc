import type { WiredConnector, Wiring } from '#libs/allocation/topology.js';
import type { RandomSite } from '../simulation/random-site.js';

export const fuse_A = 35;

/** What switches itself in the house, the hardest step first. */
const appliances = [
  { name: 'oven', phases: ['L2'], current_A: 14, on_s: 600, off_s: 3_600 },
  { name: 'hob', phases: ['L1', 'L3'], current_A: 9, on_s: 900, off_s: 5_400 },
  { name: 'heat pump', phases: ['L1', 'L2', 'L3'], current_A: 4, on_s: 1_500, off_s: 2_400 },
  { name: 'kettle', phases: ['L3'], current_A: 9, on_s: 180, off_s: 5_400 },
] as const;
export const oven_A = appliances[0].current_A;

/** A house with flats: one fuse of 35 A per line, one Zen that speaks every second, five chargers. */
export function eveningSite(): RandomSite {
  return {
    kind: 'garage',
    topology: {
      nodes: [
        {
          nodeId: 'grid',
          parentId: null,
          name: 'Main fuse',
          fuse_A: [fuse_A, fuse_A, fuse_A],
          meterDeviceId: 'zen',
        },
      ],
      transformers: [],
      connectors: [
        charger(1, { kind: 'three-phase', rotation: ['L1', 'L2', 'L3'] }),
        charger(2, { kind: 'three-phase', rotation: ['L2', 'L3', 'L1'] }),
        charger(3, { kind: 'three-phase', rotation: ['L3', 'L1', 'L2'] }),
        charger(4, { kind: 'three-phase', rotation: ['L1', 'L2', 'L3'] }),
        charger(5, { kind: 'single-phase', phase: 'L2' }),
      ],
      margin_A: 1,
      assumedBase_A: [17, 20, 20],
      step_A: 1,
    },
    baseLoads: new Map([['grid', { constant_A: [3, 2, 4], appliances, daily: null, sun: null }]]),
    cadence_s: 1,
  };
}

const charger = (number: number, wiring: Wiring): WiredConnector => ({
  deviceId: `charger ${number}`,
  connector: 1,
  nodeId: 'grid',
  wiring,
  maximum_A: 16,
  minimum_A: 6,
  weight: 1,
  priority: 0,
  switchesPhases: number === 4,
});
