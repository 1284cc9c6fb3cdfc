import type { DescMessage } from '@bufbuild/protobuf';
import { file_busbar_v1_device as file } from '#libs/contracts/generated/busbar/v1/device_pb.js';
import { jsonSchemaOf, partsOf, type JsonSchema } from './json-schema.js';
import {
  downlinks,
  topicOf,
  uplinks,
  type Downlink,
  type Encoding,
  type Topic,
  type Uplink,
} from './topics.js';

type Direction = 'fromDevice' | 'toDevice';
interface Entry extends Topic {
  readonly name: Uplink | Downlink;
  readonly direction: Direction;
}

const entries: readonly Entry[] = [
  ...Object.entries(uplinks).map(([name, topic]): Entry => ({
    ...topic,
    name: name as Uplink,
    direction: 'fromDevice',
  })),
  ...Object.entries(downlinks).map(([name, topic]): Entry => ({
    ...topic,
    name: name as Downlink,
    direction: 'toDevice',
  })),
];
const encodings: readonly Encoding[] = ['protobuf', 'json'];

/**
 * The AsyncAPI 3.0 document of the MQTT port: every topic in both encodings, seen from Busbar (`receive`: from a device).
 * `proto` is the text of proto/busbar/v1/device.proto. Source: AsyncAPI 3.0.0, "Multi Format Schema Object".
 */
export function asyncApiDocument(proto: string): JsonSchema {
  return {
    asyncapi: '3.0.0',
    id: 'urn:busbar:mqtt',
    info: {
      title: 'Busbar MQTT',
      version: '1',
      description:
        'Topics between Busbar and load balancers and alarm hubs. {identity} is the client id and user name of the device.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/x-protobuf',
    servers: servers(),
    channels: Object.fromEntries(
      forEach((entry, encoding) => [[channelKey(entry, encoding), channel(entry, encoding)]]),
    ),
    operations: Object.fromEntries(
      forEach((entry, encoding) => [[operationKey(entry, encoding), operation(entry, encoding)]]),
    ),
    components: {
      messages: Object.fromEntries(
        forEach((entry, encoding) => [
          [messageKey(entry.message, encoding), message(entry.message, encoding)],
        ]),
      ),
      schemas: {
        DeviceProto: { schemaFormat: 'application/vnd.google.protobuf;version=3', schema: proto },
        ...Object.fromEntries(
          [...usedMessages()].map(([name, described]) => [name, jsonSchemaOf(described)]),
        ),
      },
      securitySchemes: {
        password: { type: 'userPassword', description: 'The identity and the secret from the registration.' },
        certificate: { type: 'X509', description: 'A certificate whose common name is the identity.' },
      },
    },
  };
}

/** The topic table as Markdown, for the page that people read. */
export function topicTable(): string {
  const rows = entries.map(({ name, direction, message: carried, kinds, qos, meaning, rate }) => [
    `\`${name}\``,
    direction === 'fromDevice' ? 'from' : 'to',
    kinds.join(', '),
    carried ?? '(empty)',
    qos,
    meaning,
    rate,
  ]);
  const head = ['topic', 'device', 'kinds', 'message', 'QoS', 'meaning', 'when'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function servers(): JsonSchema {
  const security = [{ $ref: '#/components/securitySchemes/password' }];
  const common = { protocolVersion: '3.1.1', host: '{host}:{port}', variables: { host: {}, port: {} } };
  return {
    plain: {
      ...common,
      protocol: 'mqtt',
      description: 'For a network that ends TLS in front of it.',
      security,
    },
    tls: {
      ...common,
      protocol: 'mqtts',
      security: [...security, { $ref: '#/components/securitySchemes/certificate' }],
    },
  };
}

/** One topic may serve both directions, with one message. */
const channel = ({ name, message: carried, kinds }: Entry, encoding: Encoding): JsonSchema => ({
  address: topicOf('{identity}', name, encoding),
  summary: entries
    .filter((entry) => entry.name === name)
    .map(
      ({ direction, meaning, rate }) =>
        `${direction === 'fromDevice' ? 'From' : 'To'} the device: ${meaning} (${rate}).`,
    )
    .join(' '),
  parameters: { identity: { description: 'Client id and user name of the device.' } },
  tags: kinds.map((kind) => ({ name: kind })),
  messages: { message: { $ref: `#/components/messages/${messageKey(carried, encoding)}` } },
});

const operation = (entry: Entry, encoding: Encoding): JsonSchema => ({
  action: entry.direction === 'fromDevice' ? 'receive' : 'send',
  channel: { $ref: `#/channels/${channelKey(entry, encoding)}` },
  summary: entry.meaning,
  bindings: { mqtt: { qos: 1, retain: false, bindingVersion: '0.2.0' } },
});

const message = (name: string | null, encoding: Encoding): JsonSchema =>
  name === null
    ? {
        name: 'Empty',
        description: 'Its content is not looked at.',
        payload: { type: 'string', maxLength: 0 },
      }
    : encoding === 'json'
      ? { name, contentType: 'application/json', payload: { $ref: `#/components/schemas/${name}` } }
      : {
          name,
          contentType: 'application/x-protobuf',
          description: `busbar.v1.${name}`,
          payload: { $ref: '#/components/schemas/DeviceProto' },
        };

const channelKey = ({ name }: Entry, encoding: Encoding): string => camel(`${name}-${encoding}`);
const operationKey = ({ direction, name }: Entry, encoding: Encoding): string =>
  camel(`${direction}-${name}-${encoding}`);
const messageKey = (name: string | null, encoding: Encoding): string => `${name ?? 'Empty'}-${encoding}`;
const camel = (words: string): string =>
  words.replaceAll(/-(\w)/g, (_all, letter: string) => letter.toUpperCase());

const forEach = <Item>(make: (entry: Entry, encoding: Encoding) => readonly Item[]): Item[] =>
  entries.flatMap((entry) => encodings.flatMap((encoding) => make(entry, encoding)));

function usedMessages(): Map<string, DescMessage> {
  const used = new Map<string, DescMessage>();
  for (const { message: name } of entries) {
    if (name === null) continue;
    const described = file.messages.find((each) => each.name === name);
    if (!described) throw new Error(`proto/busbar/v1/device.proto has no message ${name}`);
    partsOf(described, used);
  }
  return used;
}
