import { describe, expect, it } from '@jest/globals';
import type { Observation } from '#libs/contracts/observation.js';
import { presenceDeadline_ms } from '#libs/devices/presence.js';
import type { Device } from '#libs/store/devices.js';
import { RecentMessages } from './recent-messages.js';
import { SiteLive } from './site-live.js';

const start = Date.UTC(2026, 0, 5, 8);
const zen: Device = {
  deviceId: 'zen',
  locationId: 'site',
  kind: 'balancer',
  identity: 'zen-1',
  name: 'Zen',
  createdAt: new Date(start),
};
const topology = {
  nodes: [{ nodeId: 'grid', parentId: null, name: 'Grid', fuse_A: [63, 63, 63], meterDeviceId: 'zen' }],
  transformers: [],
  connectors: [],
  margin_A: 1,
  assumedBase_A: [10, 10, 10],
  step_A: 0.1,
} as const;
const read = (receivedAt: number, current_A: readonly [number, number, number]): Observation => ({
  siteId: 'site',
  deviceId: 'zen',
  deviceKind: 'balancer',
  deviceTime: receivedAt,
  receivedAt,
  event: {
    type: 'balancer-reading',
    current_A,
    voltage_V: null,
    power_W: null,
    energyImport_Wh: null,
    energyExport_Wh: null,
  },
});
const site = () => new SiteLive('site', { devices: [zen], states: new Map(), topology, timeZone: 'UTC' });

describe('the live state of a site', () => {
  it('I12: shows no current once its meter is silent, and tells without a word from it', () => {
    const live = site();
    live.observe(read(start, [20, 21, 22]));
    expect(live.takeChanges(start)).toMatchObject({
      devices: [{ presence: 'online' }],
      site: { current_A: [20, 21, 22] },
    });
    expect(live.takeChanges(start + presenceDeadline_ms.balancer)).toEqual({ devices: [], site: null });
    expect(live.takeChanges(start + presenceDeadline_ms.balancer + 1)).toMatchObject({
      devices: [{ presence: 'offline' }],
      site: { current_A: null },
    });
  });

  it('tells each change once, and nothing for a message heard twice', () => {
    const live = site();
    live.observe(read(start, [20, 21, 22]));
    live.takeChanges(start);
    live.observe(read(start - 1_000, [1, 1, 1]));
    expect(live.takeChanges(start).site).toBeNull();
    live.observe(read(start + 1_000, [30, 21, 22]));
    expect(live.takeChanges(start + 1_000).site?.current_A).toEqual([30, 21, 22]);
    expect(live.takeChanges(start + 1_000)).toEqual({ devices: [], site: null });
  });

  it('T7: ignores what a device of another location says', () => {
    const live = site();
    live.takeChanges(start);
    live.observe({ ...read(start, [20, 21, 22]), deviceId: 'stranger' });
    expect(live.takeChanges(start)).toEqual({ devices: [], site: null });
    expect(live.snapshot(start).devices).toHaveLength(1);
  });
});

describe('recent messages', () => {
  it('keeps the last seconds of every site and forgets the rest', () => {
    const recent = new RecentMessages();
    recent.add('site', read(start, [1, 1, 1]), start);
    recent.add('site', read(start + 4_000, [2, 2, 2]), start + 4_000);
    recent.prune(start + 6_000);
    expect(recent.of('site')).toEqual([read(start + 4_000, [2, 2, 2])]);
    recent.prune(start + 10_000);
    expect(recent.of('site')).toEqual([]);
  });
});
