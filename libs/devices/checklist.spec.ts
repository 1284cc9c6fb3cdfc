import { describe, expect, it } from '@jest/globals';
import { checklist, openItems, type ChecklistFacts, type InstalledDevice } from './checklist.js';

const device = (deviceId: string, kind: InstalledDevice['kind']): InstalledDevice => ({
  deviceId,
  kind,
  name: deviceId,
  mainFuse_A: null,
  reported: false,
});
const empty: ChecklistFacts = { tree: null, devices: [], residualCurrentTests: [], ticks: [] };
const tree = (meterDeviceId: string | null, ...deviceIds: string[]): ChecklistFacts['tree'] => ({
  nodes: [{ parentId: null, fuse_A: [25, 25, 20], meterDeviceId }],
  connectors: deviceIds.map((deviceId) => ({ deviceId, connector: 1 })),
});
const open = (change: Partial<ChecklistFacts>): readonly string[] =>
  openItems(checklist({ ...empty, ...change })).map(
    ({ deviceId, item }) => `${deviceId ?? 'location'}/${item}`,
  );
const test = (deviceId: string, connector: number, passed: boolean) => ({ deviceId, connector, passed });

describe('NB-61: the checklist of an installation', () => {
  it('a location without devices has none', () => {
    expect(checklist({ ...empty, tree: tree(null) })).toEqual([]);
  });

  it('everything is open at first, by kind of device', () => {
    const devices = [device('c', 'charger'), device('b', 'balancer'), device('h', 'hub')];
    expect(open({ devices })).toEqual([
      'location/main-fuse',
      'location/network',
      'c/phase-rotation',
      'c/residual-current-test',
      'c/circuit-fuse',
      'b/transformer-direction',
      'b/main-fuse-equal',
      'h/network',
    ]);
  });

  it('what is looked at by a person is ticked for that place alone', () => {
    const devices = [device('c', 'charger'), device('d', 'charger')];
    const ticks = [
      { deviceId: null, item: 'network' },
      { deviceId: 'c', item: 'phase-rotation' },
      // Nobody ticks what is computed.
      { deviceId: 'c', item: 'residual-current-test' },
    ];
    const left = open({ devices, ticks });
    expect(left).not.toContain('location/network');
    expect(left).not.toContain('c/phase-rotation');
    expect(left).toContain('d/phase-rotation');
    expect(left).toContain('c/residual-current-test');
  });

  it('the fuses are read from the tree', () => {
    const devices = [device('c', 'charger'), device('d', 'charger')];
    const left = open({ devices, tree: tree(null, 'c') });
    expect(left).not.toContain('location/main-fuse');
    expect(left).not.toContain('c/circuit-fuse');
    expect(left).toContain('d/circuit-fuse');
  });

  it.each([
    [[], true],
    [[test('c', 1, true)], false],
    [[test('c', 1, false)], true],
    [[test('c', 2, true)], true],
    [[test('c', 1, true), test('c', 2, false)], true],
    [[test('d', 1, true)], true],
  ])('NB-74: tests %j leave the residual-current test open: %s', (residualCurrentTests, isOpen) => {
    const left = open({ devices: [device('c', 'charger')], tree: tree(null, 'c'), residualCurrentTests });
    expect(left.includes('c/residual-current-test')).toBe(isOpen);
  });

  it.each([
    ['b', 20, false],
    ['b', 25, true],
    ['b', null, true],
    [null, 20, true],
  ])('a balancer that meters %s with %s A: open %s', (meter, mainFuse_A, isOpen) => {
    const devices = [{ ...device('b', 'balancer'), mainFuse_A }];
    expect(open({ devices, tree: tree(meter) }).includes('b/main-fuse-equal')).toBe(isOpen);
  });

  it('a hub that has reported reaches the cloud', () => {
    expect(open({ devices: [{ ...device('h', 'hub'), reported: true }] })).toEqual(['location/network']);
  });
});
