import { create, toBinary } from '@bufbuild/protobuf';
import { generate, type Packet } from 'mqtt-packet';
import {
  BalancerReadingSchema,
  EventCategory,
  HubEventSchema,
} from '#libs/contracts/generated/busbar/v1/device_pb.js';
import { downlinks, topicOf, uplinks, type Uplink } from '#libs/protocols/mqtt/topics.js';
import type { SeededDevice } from '../../ingress-harness.js';
import type { Random } from '../../ocpp/fuzz/random.js';

export interface FuzzedDevices {
  /** Whose credentials the fuzzer has. */
  readonly own: SeededDevice;
  /** Whose topics it writes to, too. */
  readonly foreign: SeededDevice;
}

/** What one visitor sends, piece by piece: a good or bad CONNECT, and packets behind it that are nearly MQTT 3.1.1. */
export function mqttCase(random: Random, devices: FuzzedDevices, marker: string): readonly Buffer[] {
  const packets = [connect(random, devices, marker)];
  const count = random.under(6);
  for (let index = 0; index < count; index++) packets.push(packet(random, devices, marker, index + 1));
  return split(random, Buffer.concat(packets.map((each) => broken(random, each))));
}

function connect(random: Random, { own, foreign }: FuzzedDevices, marker: string): Buffer {
  const identity = random.chance(0.9) ? own.identity : random.of([foreign.identity, '', marker, '+', 'a/b']);
  const will = { topic: topicOf(foreign.identity, 'event', 'json'), payload: event(random), qos: 1 as const };
  return generate({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    clientId: identity,
    keepalive: random.of([60, 60, 60, 0, 65_535]),
    username: random.chance(0.95) ? identity : marker,
    password: Buffer.from(random.chance(0.9) ? own.secret : marker),
    ...(random.chance(0.1) ? { will: { ...will, retain: random.chance(0.5) } } : {}),
  });
}

function packet(random: Random, devices: FuzzedDevices, marker: string, messageId: number): Buffer {
  const topic = topicFor(random, devices, marker);
  const packets: readonly (() => Packet)[] = [
    () => ({ cmd: 'subscribe', messageId, subscriptions: [{ topic, qos: random.of([0, 1, 2]) }] }),
    () => ({ cmd: 'unsubscribe', messageId, unsubscriptions: [topic] }),
    () => ({ cmd: 'pingreq' }),
    () => ({ cmd: random.of(['puback', 'pubrec', 'pubrel', 'pubcomp']), messageId }),
    () => ({ cmd: 'connack', returnCode: 0, sessionPresent: false }),
    () => ({ cmd: 'suback', messageId, granted: [0] }),
    () => ({ cmd: 'disconnect' }),
  ];
  if (random.chance(0.2)) return connect(random, devices, marker);
  if (random.chance(0.4)) return generate(random.of(packets)());
  return generate({
    cmd: 'publish',
    topic,
    payload: payloadFor(random, topic),
    qos: random.of([0, 1, 1, 1, 2]),
    messageId,
    dup: random.chance(0.1),
    retain: random.chance(0.1),
  });
}

function topicFor(random: Random, { own, foreign }: FuzzedDevices, marker: string): string {
  const names = [...Object.keys(uplinks), ...Object.keys(downlinks)] as Uplink[];
  const identity = random.chance(0.75) ? own.identity : foreign.identity;
  if (random.chance(0.5)) return topicOf(identity, 'event', random.of(['protobuf', 'json']));
  if (random.chance(0.8)) return topicOf(identity, random.of(names), random.of(['protobuf', 'json']));
  return random.of([
    '#',
    '+/+/+/event',
    `$share/all/bb/v1/${foreign.identity}/command`,
    '$SYS/broker',
    `bb/v1/${own.identity}/../${foreign.identity}/event`,
    `bb/v1/${own.identity}/json/__proto__`,
    'a/'.repeat(200),
    `bb/v1/${marker}/event`,
  ]);
}

const event = (random: Random): string =>
  JSON.stringify({ timeMs: '5', sequence: String(random.under(50)), category: 'EVENT_CATEGORY_ALARM' });

/** A valid event or reading, often with something changed in it. */
function payloadFor(random: Random, topic: string): Buffer {
  const sequence = BigInt(random.under(50));
  const hubEvent = create(HubEventSchema, {
    timeMs: 5n,
    sequence,
    category: EventCategory.ALARM,
    code: 'BA',
  });
  const reading = create(BalancerReadingSchema, {
    timeMs: 5n,
    currentA: { l1: 1, l2: Number.NaN, l3: -1e300 },
  });
  const valid = topic.includes('/json/')
    ? Buffer.from(event(random))
    : Buffer.from(
        random.chance(0.7) ? toBinary(HubEventSchema, hubEvent) : toBinary(BalancerReadingSchema, reading),
      );
  if (random.chance(0.4)) return valid;
  const place = random.under(valid.length);
  return random.of([
    () => valid.subarray(0, place),
    () => Buffer.concat([valid.subarray(0, place), random.bytes(3), valid.subarray(place)]),
    () => Buffer.from(valid.map((byte, index) => (index === place ? random.under(256) : byte))),
    () => Buffer.from('['.repeat(random.of([50, 5_000, 20_000]))),
    () => Buffer.from('{"__proto__":{"timeMs":"1"},"sequence":1e999}'),
    () => random.bytes(random.of([0, 1, 1_000])),
    () => Buffer.alloc(random.of([60_000, 70_000])),
  ])();
}

/** Now and then a wrong remaining length (2.2.3), a changed byte, a packet cut short, or noise before it. */
function broken(random: Random, frame: Buffer): Buffer {
  if (random.chance(0.85)) return frame;
  const place = random.under(frame.length);
  return random.of([
    () => Buffer.concat([frame.subarray(0, 1), Buffer.from([random.under(128)]), frame.subarray(2)]),
    () => Buffer.concat([frame.subarray(0, 1), Buffer.from([255, 255, 255, 255]), frame.subarray(2)]),
    () => Buffer.from(frame.map((byte, index) => (index === place ? random.under(256) : byte))),
    () => frame.subarray(0, place),
    () => Buffer.concat([random.bytes(1 + random.under(20)), frame]),
  ])();
}

/** TCP keeps no borders: in one piece, or in several. */
function split(random: Random, bytes: Buffer): readonly Buffer[] {
  if (random.chance(0.6) || bytes.length < 4) return [bytes];
  const [first, second] = [random.under(bytes.length), random.under(bytes.length)].toSorted((a, b) => a - b);
  return [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)];
}
