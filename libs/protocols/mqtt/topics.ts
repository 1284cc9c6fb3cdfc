import type { DeviceKind } from '#libs/contracts/observation.js';

/** Devices that speak MQTT. */
export type MqttKind = Exclude<DeviceKind, 'charger'>;

/** One topic: who uses it, what it carries, and how. */
export interface Topic {
  readonly kinds: readonly MqttKind[];
  /** Name of the protobuf message in proto/busbar/v1/device.proto; null: the payload says nothing. */
  readonly message: string | null;
  /** QoS a device may use (from device), or the one we use (to device). */
  readonly qos: '0 or 1' | '1';
  readonly meaning: string;
  /** How often to expect it. */
  readonly rate: string;
}

const both = ['balancer', 'hub'] as const;

/**
 * Every topic between Busbar and a device, each under `bb/v1/{identity}/` and with a JSON twin under
 * `bb/v1/{identity}/json/`. The one source: the ACL, docs/mqtt-edge.md and the AsyncAPI document follow it.
 */
export const uplinks = {
  boot: {
    kinds: both,
    message: 'Boot',
    qos: '1',
    meaning: 'what the device is and how it reaches us',
    rate: 'after each start',
  },
  network: {
    kinds: both,
    message: 'Network',
    qos: '0 or 1',
    meaning: 'medium and signal',
    rate: 'after each connect and on change, at most once a minute',
  },
  reading: {
    kinds: ['balancer'],
    message: 'BalancerReading',
    qos: '0 or 1',
    meaning: 'one measurement of a Zen',
    rate: 'every reading interval: 1 s or 10 s',
  },
  installation: {
    kinds: ['balancer'],
    message: 'BalancerInstallation',
    qos: '1',
    meaning: 'how the Zen is installed',
    rate: 'after each connect and on change',
  },
  state: {
    kinds: ['hub'],
    message: 'HubState',
    qos: '1',
    meaning: 'arming, SIM and signal',
    rate: 'after each connect and on change',
  },
  event: {
    kinds: ['hub'],
    message: 'HubEvent',
    qos: '1',
    meaning: 'an alarm or event; PUBACK: it is in the journal',
    rate: 'when it happens, and again until acknowledged',
  },
  'sub-devices': {
    kinds: ['hub'],
    message: 'SubDevices',
    qos: '1',
    meaning: 'detectors, sirens and keypads of the hub',
    rate: 'after each connect and on change',
  },
  settings: {
    kinds: both,
    message: 'Settings',
    qos: '1',
    meaning: 'what is set now',
    rate: 'after each connect and on change',
  },
  'command-answer': {
    kinds: both,
    message: 'CommandAnswer',
    qos: '1',
    meaning: 'whether a command was taken, and the answer',
    rate: 'once for each command, new settings and credential',
  },
  'firmware-status': {
    kinds: both,
    message: 'FirmwareStatus',
    qos: '1',
    meaning: 'how far a firmware update has come',
    rate: 'on each step of an update',
  },
  /** The broker itself sees the connection end, so its content says nothing more. */
  offline: {
    kinds: both,
    message: null,
    qos: '1',
    meaning: 'last will: the device is gone',
    rate: 'told by the broker',
  },
} as const satisfies Record<string, Topic>;
export type Uplink = keyof typeof uplinks;

export const downlinks = {
  'event-acknowledged': {
    kinds: ['hub'],
    message: 'EventAcknowledged',
    qos: '1',
    meaning: 'highest sequence without a gap before it; all above is told again',
    rate: 'after each event and each subscription',
  },
  'event-request': {
    kinds: ['hub'],
    message: 'EventRequest',
    qos: '1',
    meaning: 'a range of sequences that the journal lacks',
    rate: 'when a gap shows, after each connect, and again while it stands',
  },
  settings: {
    kinds: both,
    message: 'Settings',
    qos: '1',
    meaning: 'what people want set',
    rate: 'on change, and after each connect while it differs from what is set',
  },
  command: {
    kinds: both,
    message: 'Command',
    qos: '1',
    meaning: 'something to do before a deadline',
    rate: 'when somebody asks',
  },
  credential: {
    kinds: both,
    message: 'Credential',
    qos: '1',
    meaning: 'a new password',
    rate: 'when it is rotated',
  },
} as const satisfies Record<string, Topic>;
export type Downlink = keyof typeof downlinks;

export type Encoding = 'protobuf' | 'json';

const root = 'bb/v1';

/** `{identity}` may be a placeholder: the same shape serves devices and descriptions. */
export const topicOf = (identity: string, name: Uplink | Downlink, encoding: Encoding): string =>
  `${root}/${identity}/${encoding === 'json' ? 'json/' : ''}${name}`;

export const downlinkTopic = (identity: string, downlink: Downlink, encoding: Encoding): string =>
  topicOf(identity, downlink, encoding);

/** The uplink a topic names, when it is one that the device of this identity and kind may publish on. */
export function uplinkOf(
  topic: string,
  identity: string,
  kind: DeviceKind,
): { readonly uplink: Uplink; readonly encoding: Encoding } | null {
  const own = ownPart(topic, identity);
  if (!own || !isUsedBy(uplinks, own.name, kind)) return null;
  return { uplink: own.name as Uplink, encoding: own.encoding };
}

/** The downlink a subscription names: one of exactly this device. No wildcard and no `$share` is ever one. */
export function downlinkOf(
  topic: string,
  identity: string,
  kind: DeviceKind,
): { readonly downlink: Downlink; readonly encoding: Encoding } | null {
  const own = ownPart(topic, identity);
  if (!own || !isUsedBy(downlinks, own.name, kind)) return null;
  return { downlink: own.name as Downlink, encoding: own.encoding };
}

/** Identities that can stand as one topic level; others would let a device reach into a neighbour's topics. */
export const isTopicLevel = (identity: string): boolean => identity !== '' && !/[/+#$]/.test(identity);

function isUsedBy(table: Readonly<Record<string, Topic>>, name: string, kind: DeviceKind): boolean {
  const topic = Object.hasOwn(table, name) ? table[name] : undefined;
  const kinds: readonly DeviceKind[] = topic?.kinds ?? [];
  return kinds.includes(kind);
}

function ownPart(topic: string, identity: string): { name: string; encoding: Encoding } | null {
  const prefix = `${root}/${identity}/`;
  if (!topic.startsWith(prefix)) return null;
  const rest = topic.slice(prefix.length);
  return rest.startsWith('json/')
    ? { name: rest.slice('json/'.length), encoding: 'json' }
    : { name: rest, encoding: 'protobuf' };
}
