import {
  create,
  toBinary,
  toJsonString,
  type DescMessage,
  type MessageInitShape,
  type MessageShape,
} from '@bufbuild/protobuf';
import type { CommandRequest } from '#libs/contracts/command.js';
import {
  CommandSchema,
  CredentialSchema,
  EventAcknowledgedSchema,
  EventRequestSchema,
  SettingsSchema,
  type Command,
} from '#libs/contracts/generated/busbar/v1/device_pb.js';
import { toSettings, type SettingsToSend } from './settings.js';
import type { Encoding } from './topics.js';
import { armedNames, mediumNames, valueOf } from './words.js';

/** What is said to a device, by the topic it goes on. */
export type Said =
  /** The highest sequence we hold without a gap before it; the hub sends everything above again. */
  | { readonly downlink: 'event-acknowledged'; readonly sequence: number }
  /** Both ends included. */
  | { readonly downlink: 'event-request'; readonly fromSequence: number; readonly toSequence: number }
  | ({ readonly downlink: 'settings' } & SettingsToSend)
  | ({ readonly downlink: 'command' } & CommandToSend)
  | { readonly downlink: 'credential'; readonly commandId: string; readonly password: string };

/** The commands that travel as `Command`; settings and credentials have topics of their own. */
export type WiredAction = 'reset' | 'set-arming' | 'update-firmware' | 'factory-reset' | 'set-network';
export interface CommandToSend {
  readonly commandId: string;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  /** A network has its passphrase itself here, not the id of one. */
  readonly request: Extract<CommandRequest, { action: WiredAction }>;
}

/** The payload of what is said, and its topic in `said.downlink`. */
export function encodeSaid(said: Said, encoding: Encoding): Buffer {
  switch (said.downlink) {
    case 'event-acknowledged':
      return write(
        EventAcknowledgedSchema,
        create(EventAcknowledgedSchema, { sequence: BigInt(said.sequence) }),
        encoding,
      );
    case 'event-request': {
      const { fromSequence, toSequence } = said;
      const range = { fromSequence: BigInt(fromSequence), toSequence: BigInt(toSequence) };
      return write(EventRequestSchema, create(EventRequestSchema, range), encoding);
    }
    case 'settings':
      return write(SettingsSchema, toSettings(said), encoding);
    case 'command':
      return write(CommandSchema, toCommand(said), encoding);
    case 'credential': {
      const { commandId, password } = said;
      return write(CredentialSchema, create(CredentialSchema, { commandId, password }), encoding);
    }
  }
}

function toCommand({ commandId, deadline, request }: CommandToSend): Command {
  return create(CommandSchema, { commandId, deadlineMs: BigInt(deadline), action: actionOf(request) });
}

function actionOf(
  request: CommandToSend['request'],
): NonNullable<MessageInitShape<typeof CommandSchema>['action']> {
  switch (request.action) {
    case 'reset':
      return { case: 'reset', value: {} };
    case 'factory-reset':
      return { case: 'factoryReset', value: {} };
    case 'set-arming':
      return { case: 'setArming', value: { armed: valueOf(armedNames, request.armed) } };
    case 'set-network': {
      const { medium, ssid, passphrase } = request;
      return {
        case: 'setNetwork',
        value: {
          medium: valueOf(mediumNames, medium),
          ...(ssid === undefined ? {} : { wifiName: ssid }),
          ...(passphrase === undefined ? {} : { passphrase }),
        },
      };
    }
    case 'update-firmware': {
      const { requestId, location, version, sha256, size_bytes, signed, retrieveAt, installAt } = request;
      return {
        case: 'updateFirmware',
        value: {
          requestId,
          location,
          version,
          sha256,
          sizeBytes: BigInt(size_bytes),
          ...signed,
          retrieveAtMs: BigInt(Date.parse(retrieveAt)),
          ...(installAt === null ? {} : { installAtMs: BigInt(Date.parse(installAt)) }),
        },
      };
    }
  }
}

const write = <Schema extends DescMessage>(
  schema: Schema,
  message: MessageShape<Schema>,
  encoding: Encoding,
): Buffer => Buffer.from(encoding === 'json' ? toJsonString(schema, message) : toBinary(schema, message));
