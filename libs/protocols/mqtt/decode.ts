import { fromBinary, fromJsonString, type DescMessage, type MessageShape } from '@bufbuild/protobuf';
import {
  Armed,
  BalancerInstallationSchema,
  BalancerReadingSchema,
  EventCategory,
  HubEventSchema,
  HubStateSchema,
  type PerPhase as WirePerPhase,
} from '#libs/contracts/generated/busbar/v1/device_pb.js';
import type { DeviceEvent, HubEventRaised, HubReported } from '#libs/devices/device-event.js';
import type { PerPhase } from '#libs/units/phases.js';
import { fail, ok, type Result } from '#libs/units/result.js';
import type { Encoding, Uplink } from './topics.js';

export interface Decoded {
  /** Null when the message carries no clock of the device. */
  readonly deviceTime: number | null;
  readonly event: DeviceEvent;
}

/** One decoder per uplink; null: nothing to say beyond having been heard. */
const decoders: {
  readonly [Name in Uplink]: (payload: Uint8Array, encoding: Encoding) => Decoded | null;
} = {
  reading(payload, encoding) {
    const message = read(BalancerReadingSchema, payload, encoding);
    if (!message.currentA) throw new Error('current_a is missing');
    return {
      deviceTime: time(message.timeMs),
      event: {
        type: 'balancer-reading',
        current_A: triple(message.currentA),
        voltage_V: message.voltageV ? triple(message.voltageV) : null,
        power_W: optional(message.powerW),
        energyImport_Wh: optional(message.energyImportWh),
        energyExport_Wh: optional(message.energyExportWh),
      },
    };
  },
  installation(payload, encoding) {
    const message = read(BalancerInstallationSchema, payload, encoding);
    return {
      deviceTime: null,
      event: {
        type: 'balancer-installed',
        mainFuse_A: finite(message.mainFuseA),
        currentTransformerRatio: finite(message.currentTransformerRatio),
        solarTerminal: message.solarTerminal,
      },
    };
  },
  state(payload, encoding) {
    const message = read(HubStateSchema, payload, encoding);
    const armed = armedNames[message.armed];
    if (!armed) throw new Error('armed is not set');
    return {
      deviceTime: time(message.timeMs),
      event: {
        type: 'hub-state',
        armed,
        simPresent: message.simPresent,
        signal_dBm: optional(message.signalDbm),
      },
    };
  },
  event(payload, encoding) {
    const message = read(HubEventSchema, payload, encoding);
    const category = categoryNames[message.category];
    if (!category) throw new Error('category is not set');
    return {
      deviceTime: time(message.timeMs),
      event: {
        type: 'hub-event',
        sequence: count(message.sequence),
        category,
        code: text(message.code),
        zone: message.zone === undefined ? null : text(message.zone),
        text: text(message.text),
      },
    };
  },
  offline: () => null,
};

const armedNames: Readonly<Record<Armed, HubReported['armed'] | null>> = {
  [Armed.UNSPECIFIED]: null,
  [Armed.DISARMED]: 'disarmed',
  [Armed.ARMED]: 'armed',
  [Armed.NIGHT]: 'night',
};
const categoryNames: Readonly<Record<EventCategory, HubEventRaised['category'] | null>> = {
  [EventCategory.UNSPECIFIED]: null,
  [EventCategory.ALARM]: 'alarm',
  [EventCategory.RESTORE]: 'restore',
  [EventCategory.TAMPER]: 'tamper',
  [EventCategory.FAULT]: 'fault',
  [EventCategory.ARMING]: 'arming',
  [EventCategory.INFORMATION]: 'information',
};

/** The event in a payload; a failure says what is wrong with it and never repeats it. */
export function decodeUplink(
  uplink: Uplink,
  encoding: Encoding,
  payload: Uint8Array,
): Result<Decoded | null, string> {
  try {
    return ok(decoders[uplink](payload, encoding));
  } catch {
    return fail(`The payload is not a valid ${encoding} message for ${uplink}.`);
  }
}

function read<Schema extends DescMessage>(
  schema: Schema,
  payload: Uint8Array,
  encoding: Encoding,
): MessageShape<Schema> {
  return encoding === 'json'
    ? fromJsonString(schema, new TextDecoder('utf-8', { fatal: true }).decode(payload))
    : fromBinary(schema, payload);
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new Error('not a finite number');
  return value;
}
const optional = (value: number | undefined): number | null => (value === undefined ? null : finite(value));
const triple = (value: WirePerPhase): PerPhase => [finite(value.l1), finite(value.l2), finite(value.l3)];

/** PostgreSQL cannot keep NUL or half a surrogate pair. */
const text = (value: string): string =>
  value.replaceAll('\u0000', '').replaceAll(/\p{Surrogate}/gu, '\ufffd');

function count(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Error('sequence is out of range');
  return Number(value);
}

/** The range of a JavaScript date; beyond it the clock is noise, as good as absent. */
function time(value: bigint): number | null {
  const limit = 8_640_000_000_000_000n;
  return value > limit || value < -limit ? null : Number(value);
}
