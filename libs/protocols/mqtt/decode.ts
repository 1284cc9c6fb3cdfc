import {
  BalancerInstallationSchema,
  BalancerReadingSchema,
  BootSchema,
  CommandAnswerSchema,
  FirmwareStatusSchema,
  HubEventSchema,
  HubStateSchema,
  NetworkSchema,
  SettingsSchema,
  SubDevicesSchema,
  type Network,
} from '#libs/contracts/generated/busbar/v1/device_pb.js';
import type { DeviceEvent, NetworkReported } from '#libs/devices/device-event.js';
import { fail, ok, type Result } from '#libs/units/result.js';
import { count, finite, named, optional, optionalText, read, text, time, triple } from './fields.js';
import { settingsOf, type MqttSettings } from './settings.js';
import type { Encoding, Uplink } from './topics.js';
import { armedNames, categoryNames, mediumNames, outcomeNames } from './words.js';

/** What a message means. */
export type Decoded = EventsTold | SettingsTold | CommandAnswered;

export interface EventsTold {
  readonly type: 'events';
  /** Null when the message carries no clock of the device. */
  readonly deviceTime: number | null;
  /** None: nothing to say beyond having been heard. */
  readonly events: readonly DeviceEvent[];
}
export interface SettingsTold {
  readonly type: 'settings';
  readonly deviceTime: number | null;
  /** Of the desired settings that it applied last; 0: none of ours. */
  readonly version: number;
  readonly settings: MqttSettings;
}
export interface CommandAnswered {
  readonly type: 'command-answer';
  readonly commandId: string;
  readonly outcome: 'accepted' | 'rejected';
  readonly text: string;
  readonly detail: unknown;
}

type Decoder = (payload: Uint8Array, encoding: Encoding) => Decoded;

const events = (deviceTime: number | null, ...told: DeviceEvent[]): EventsTold => ({
  type: 'events',
  deviceTime,
  events: told,
});

/** One decoder per uplink. */
const decoders: { readonly [Name in Uplink]: Decoder } = {
  boot(payload, encoding) {
    const message = read(BootSchema, payload, encoding);
    if (message.vendor === '' || message.model === '') throw new Error('vendor or model is missing');
    const { serialNumber, firmwareVersion, network } = message;
    return events(
      clockOf(message),
      {
        type: 'booted',
        vendor: text(message.vendor),
        model: text(message.model),
        ...(serialNumber === undefined ? {} : { serialNumber: text(serialNumber) }),
        ...(firmwareVersion === undefined ? {} : { firmwareVersion: text(firmwareVersion) }),
      },
      ...(network ? [networkReported(network)] : []),
    );
  },
  network(payload, encoding) {
    const message = read(NetworkSchema, payload, encoding);
    return events(clockOf(message), networkReported(message));
  },
  reading(payload, encoding) {
    const message = read(BalancerReadingSchema, payload, encoding);
    if (!message.currentA) throw new Error('current_a is missing');
    return events(time(message.timeMs), {
      type: 'balancer-reading',
      current_A: triple(message.currentA),
      voltage_V: message.voltageV ? triple(message.voltageV) : null,
      power_W: optional(message.powerW),
      energyImport_Wh: optional(message.energyImportWh),
      energyExport_Wh: optional(message.energyExportWh),
    });
  },
  installation(payload, encoding) {
    const message = read(BalancerInstallationSchema, payload, encoding);
    return events(null, {
      type: 'balancer-installed',
      mainFuse_A: finite(message.mainFuseA),
      currentTransformerRatio: finite(message.currentTransformerRatio),
      solarTerminal: message.solarTerminal,
      readingInterval_s: optional(message.readingIntervalS),
    });
  },
  state(payload, encoding) {
    const message = read(HubStateSchema, payload, encoding);
    return events(time(message.timeMs), {
      type: 'hub-state',
      armed: named(armedNames, message.armed),
      simPresent: message.simPresent,
      signal_dBm: optional(message.signalDbm),
    });
  },
  event(payload, encoding) {
    const message = read(HubEventSchema, payload, encoding);
    return events(time(message.timeMs), {
      type: 'hub-event',
      sequence: count(message.sequence),
      category: named(categoryNames, message.category),
      code: text(message.code),
      zone: optionalText(message.zone),
      text: text(message.text),
    });
  },
  'sub-devices'(payload, encoding) {
    const message = read(SubDevicesSchema, payload, encoding);
    const subDevices = message.subDevices.map((each) => ({
      id: text(each.id),
      kind: text(each.type),
      name: text(each.name),
      battery_percent: optional(each.batteryPercent),
      signal_dBm: optional(each.signalDbm),
      tampered: each.tampered,
      online: each.online,
    }));
    if (new Set(subDevices.map(({ id }) => id)).size !== subDevices.length)
      throw new Error('two sub-devices have one id');
    return events(clockOf(message), { type: 'sub-devices-reported', subDevices });
  },
  settings(payload, encoding) {
    const message = read(SettingsSchema, payload, encoding);
    const settings = settingsOf(message);
    return { type: 'settings', deviceTime: clockOf(message), version: count(message.version), settings };
  },
  'command-answer'(payload, encoding) {
    const message = read(CommandAnswerSchema, payload, encoding);
    return {
      type: 'command-answer',
      commandId: message.commandId,
      outcome: named(outcomeNames, message.outcome),
      text: text(message.text),
      detail: message.detailJson === undefined ? null : (JSON.parse(text(message.detailJson)) as unknown),
    };
  },
  'firmware-status'(payload, encoding) {
    const message = read(FirmwareStatusSchema, payload, encoding);
    const { requestId, status } = message;
    if (!/^[A-Za-z]{1,30}$/.test(status)) throw new Error('status is no word');
    return events(clockOf(message), {
      type: 'notice',
      topic: 'firmware',
      code: status,
      severity: /Fail|Invalid/.test(status) ? 5 : 8,
      detail: { requestId },
    });
  },
  offline: () => events(null),
};

/** The event in a payload; a failure says what is wrong with it and never repeats it. */
export function decodeUplink(
  uplink: Uplink,
  encoding: Encoding,
  payload: Uint8Array,
): Result<Decoded, string> {
  try {
    return ok(decoders[uplink](payload, encoding));
  } catch {
    return fail(`The payload is not a valid ${encoding} message for ${uplink}.`);
  }
}

const networkReported = ({ medium, signalDbm, name }: Network): NetworkReported => ({
  type: 'network-reported',
  medium: named(mediumNames, medium),
  signal_dBm: optional(signalDbm),
  name: optionalText(name),
});

/** In these messages 0 means that the device has no clock yet. */
const clockOf = ({ timeMs }: { readonly timeMs: bigint }): number | null =>
  timeMs === 0n ? null : time(timeMs);
