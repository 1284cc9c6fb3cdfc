import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  Armed,
  EventAcknowledgedSchema,
  EventCategory,
  HubEventSchema,
  HubStateSchema,
  type HubEvent,
} from '#libs/contracts/generated/busbar/v1/device_pb.js';
import type { Clock } from '#libs/units/clock.js';
import { MqttLink } from '../mqtt/mqtt-link.js';

export interface HubOptions {
  readonly identity: string;
  readonly secret: string;
  readonly mqttUrl: string;
  readonly clock: Clock;
  readonly reconnect_ms: number;
  /** How long it waits for a PUBACK before it sends an event again. */
  readonly resend_ms: number;
  /** The last sequence number it used before this start; a real hub keeps it in flash. */
  readonly lastSequence: number;
}

export interface HubEventInput {
  readonly category: 'alarm' | 'restore' | 'tamper' | 'fault' | 'arming' | 'information';
  readonly code: string;
  readonly zone: string | null;
  readonly text: string;
}

const armedValues = { disarmed: Armed.DISARMED, armed: Armed.ARMED, night: Armed.NIGHT };
const categories = {
  alarm: EventCategory.ALARM,
  restore: EventCategory.RESTORE,
  tamper: EventCategory.TAMPER,
  fault: EventCategory.FAULT,
  arming: EventCategory.ARMING,
  information: EventCategory.INFORMATION,
};
const historyLength = 200;

interface Remembered {
  readonly event: HubEvent;
  stored: boolean;
  sentAt_ms: number;
}

/** An alarm hub: every event has a number and is told again until the cloud has stored it. */
export class Hub {
  private readonly link: MqttLink;
  private readonly history: Remembered[] = [];
  private sequence: number;
  private armed: keyof typeof armedValues = 'disarmed';

  constructor(readonly options: HubOptions) {
    this.sequence = options.lastSequence;
    this.link = new MqttLink({
      ...options,
      listen: ['event-acknowledged'],
      onConnect: () => this.onConnect(),
      onMessage: (topic, payload) => this.onMessage(topic, payload),
    });
  }

  get reconnects(): number {
    return Math.max(0, this.link.connections - 1);
  }

  get connected(): boolean {
    return this.link.connected;
  }

  get armedState(): 'disarmed' | 'armed' | 'night' {
    return this.armed;
  }

  /** Events the cloud has not yet acknowledged. */
  get waiting(): number {
    return this.history.filter(({ stored }) => !stored).length;
  }

  start(): void {
    this.link.start();
  }

  stop(): Promise<void> {
    return this.link.stop();
  }

  loseNetwork(): void {
    this.link.cut();
  }

  arm(state: keyof typeof armedValues): void {
    this.armed = state;
    void this.sayState();
    this.raise({ category: 'arming', code: state, zone: null, text: `The hub is ${state} now.` });
  }

  raise(input: HubEventInput): void {
    const event = create(HubEventSchema, {
      timeMs: BigInt(this.options.clock.now()),
      sequence: BigInt(++this.sequence),
      category: categories[input.category],
      code: input.code,
      text: input.text,
      ...(input.zone === null ? {} : { zone: input.zone }),
    });
    const remembered = { event, stored: false, sentAt_ms: 0 };
    this.history.push(remembered);
    if (this.history.length > historyLength) this.history.shift();
    void this.send(remembered);
  }

  tick(): void {
    const overdue_ms = this.options.clock.now() - this.options.resend_ms;
    if (!this.link.connected) return;
    for (const remembered of this.history) {
      if (!remembered.stored && remembered.sentAt_ms <= overdue_ms) void this.send(remembered);
    }
  }

  private onConnect(): void {
    void this.sayState();
    for (const remembered of this.history) if (!remembered.stored) void this.send(remembered);
  }

  /** The cloud names the highest sequence without a gap before it: what is above is told again. */
  private onMessage(topic: string, payload: Uint8Array): void {
    if (topic !== 'event-acknowledged') return;
    const { sequence } = fromBinary(EventAcknowledgedSchema, payload);
    for (const remembered of this.history) {
      if (remembered.event.sequence <= sequence) remembered.stored = true;
      else if (remembered.stored) void this.send(remembered);
    }
  }

  private async send(remembered: Remembered): Promise<void> {
    if (!this.link.connected) return;
    remembered.sentAt_ms = this.options.clock.now();
    const acknowledged = await this.link.publish('event', toBinary(HubEventSchema, remembered.event), 1);
    if (acknowledged) remembered.stored = true;
  }

  private sayState(): Promise<boolean> {
    const message = create(HubStateSchema, {
      timeMs: BigInt(this.options.clock.now()),
      armed: armedValues[this.armed],
      simPresent: true,
      signalDbm: -71,
    });
    return this.link.publish('state', toBinary(HubStateSchema, message), 1);
  }
}
