import type { DeviceKind } from '#libs/contracts/observation.js';

/** Every topic between Busbar and a device; proto/busbar/v1/device.proto draws the same table with its payloads. */
export const uplinks = {
  reading: { kind: 'balancer' },
  installation: { kind: 'balancer' },
  state: { kind: 'hub' },
  event: { kind: 'hub' },
  /** The last will; the broker itself sees the connection end, so its content says nothing more. */
  offline: { kind: 'any' },
} as const satisfies Record<string, { readonly kind: DeviceKind | 'any' }>;
export type Uplink = keyof typeof uplinks;

export const downlinks = ['event-acknowledged'] as const;
export type Downlink = (typeof downlinks)[number];

export type Encoding = 'protobuf' | 'json';

const root = 'bb/v1';

export const downlinkTopic = (identity: string, downlink: Downlink, encoding: Encoding): string =>
  `${root}/${identity}/${encoding === 'json' ? 'json/' : ''}${downlink}`;

/** The uplink a topic names, when it is one that the device of this identity and kind may publish on. */
export function uplinkOf(
  topic: string,
  identity: string,
  kind: DeviceKind,
): { readonly uplink: Uplink; readonly encoding: Encoding } | null {
  const rest = ownPart(topic, identity);
  if (rest === null) return null;
  const encoding = rest.startsWith('json/') ? 'json' : 'protobuf';
  const name = encoding === 'json' ? rest.slice('json/'.length) : rest;
  if (!Object.hasOwn(uplinks, name)) return null;
  const uplink = name as Uplink;
  const allowed = uplinks[uplink].kind;
  return allowed === 'any' || allowed === kind ? { uplink, encoding } : null;
}

/** True for the downlink topics of exactly this device: no wildcard and no `$share` is ever one of them. */
export const isOwnDownlink = (topic: string, identity: string): boolean =>
  downlinks.some(
    (downlink) =>
      topic === downlinkTopic(identity, downlink, 'protobuf') ||
      topic === downlinkTopic(identity, downlink, 'json'),
  );

/** Identities that can stand as one topic level; others would let a device reach into a neighbour's topics. */
export const isTopicLevel = (identity: string): boolean => identity !== '' && !/[/+#$]/.test(identity);

function ownPart(topic: string, identity: string): string | null {
  const prefix = `${root}/${identity}/`;
  return topic.startsWith(prefix) ? topic.slice(prefix.length) : null;
}
