/** What is looked at before an installation is handed over (NB-61). `computed`: the house knows by itself whether it is done. */
export interface ChecklistRule {
  readonly item: string;
  readonly mandatory: boolean;
  readonly computed: boolean;
}

const manual = (item: string): ChecklistRule => ({ item, mandatory: true, computed: false });
const computed = (item: string): ChecklistRule => ({ item, mandatory: true, computed: true });

/** Of the location itself, while it has devices; an alarm hub alone asks for no fuse. */
const locationRules = (devices: readonly InstalledDevice[]): readonly ChecklistRule[] => [
  ...(devices.some(({ kind }) => kind !== 'hub') ? [computed('main-fuse')] : []),
  manual('network'),
];

const deviceRules: Readonly<Record<'charger' | 'balancer' | 'hub', readonly ChecklistRule[]>> = {
  charger: [manual('phase-rotation'), computed('residual-current-test'), computed('circuit-fuse')],
  balancer: [manual('transformer-direction'), computed('main-fuse-equal')],
  hub: [computed('network')],
};

export interface InstalledDevice {
  readonly deviceId: string;
  readonly kind: 'charger' | 'balancer' | 'hub';
  readonly name: string;
  /** Main fuse that a load balancer says it was set up with, ampere; null: it has not said. */
  readonly mainFuse_A: number | null;
  /** An alarm hub has told its state: it reaches the cloud. */
  readonly reported: boolean;
}

/** The part of a fuse tree that a checklist reads. */
export interface InstalledTree {
  readonly nodes: readonly {
    readonly parentId: string | null;
    readonly fuse_A: readonly number[];
    readonly meterDeviceId: string | null;
  }[];
  readonly connectors: readonly { readonly deviceId: string; readonly connector: number }[];
}

export interface Tick {
  /** Null: an item of the location. */
  readonly deviceId: string | null;
  readonly item: string;
}

/** Everything a checklist is made of. */
export interface ChecklistFacts {
  /** Null: nobody has entered the fuses yet. */
  readonly tree: InstalledTree | null;
  readonly devices: readonly InstalledDevice[];
  /** The latest test of each connector that was tested. */
  readonly residualCurrentTests: readonly {
    readonly deviceId: string;
    readonly connector: number;
    readonly passed: boolean;
  }[];
  readonly ticks: readonly Tick[];
}

export interface ChecklistItem extends ChecklistRule {
  readonly deviceId: string | null;
  readonly done: boolean;
}

/** Every item of a location and its devices; none without devices. */
export function checklist(facts: ChecklistFacts): readonly ChecklistItem[] {
  if (facts.devices.length === 0) return [];
  const ticked = (deviceId: string | null, item: string): boolean =>
    facts.ticks.some((tick) => tick.deviceId === deviceId && tick.item === item);
  const ofLocation = locationRules(facts.devices).map((rule) => ({
    ...rule,
    deviceId: null,
    done: rule.computed ? (facts.tree?.nodes.length ?? 0) > 0 : ticked(null, rule.item),
  }));
  const ofDevices = facts.devices.flatMap((device) =>
    deviceRules[device.kind].map((rule) => ({
      ...rule,
      deviceId: device.deviceId,
      done: rule.computed ? isDone(facts, device, rule.item) : ticked(device.deviceId, rule.item),
    })),
  );
  return [...ofLocation, ...ofDevices];
}

/** Those that keep an installer from handing over. */
export const openItems = (items: readonly ChecklistItem[]): readonly ChecklistItem[] =>
  items.filter(({ mandatory, done }) => mandatory && !done);

function isDone(facts: ChecklistFacts, device: InstalledDevice, item: string): boolean {
  const wired = (facts.tree?.connectors ?? []).filter(({ deviceId }) => deviceId === device.deviceId);
  switch (item) {
    case 'circuit-fuse':
      return wired.length > 0;
    case 'residual-current-test':
      return everyTestPassed(facts, device, wired);
    case 'main-fuse-equal':
      return isMeteredFuse(facts.tree, device);
    default:
      return device.reported;
  }
}

/** All wired connectors, and any other that was ever tested. */
function everyTestPassed(
  { residualCurrentTests }: ChecklistFacts,
  { deviceId }: InstalledDevice,
  wired: readonly { readonly connector: number }[],
): boolean {
  const tests = residualCurrentTests.filter((test) => test.deviceId === deviceId);
  return (
    tests.length > 0 &&
    tests.every(({ passed }) => passed) &&
    wired.every(({ connector }) => tests.some((test) => test.connector === connector))
  );
}

/** The balancer keeps the smallest fuse of the node it meters, as the tree has it. */
function isMeteredFuse(tree: InstalledTree | null, { deviceId, mainFuse_A }: InstalledDevice): boolean {
  const node = tree?.nodes.find(({ meterDeviceId }) => meterDeviceId === deviceId);
  return node !== undefined && mainFuse_A === Math.min(...node.fuse_A);
}
