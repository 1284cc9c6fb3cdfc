import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  Armed,
  EventAcknowledgedSchema,
  EventCategory,
  EventRequestSchema,
  HubEventSchema,
  HubSettingsSchema,
  HubStateSchema,
  NetworkMedium,
  SirenVolume,
  SubDevicesSchema,
  type HubEvent,
  type HubSettings,
  type Settings,
} from '#libs/contracts/generated/busbar/v1/device_pb.js';
import type { Clock } from '#libs/units/clock.js';
import { DeviceAgent } from '../mqtt/device-agent.js';

export interface HubOptions {
  readonly identity: string;
  readonly secret: string;
  readonly mqttUrl: string;
  readonly clock: Clock;
  readonly reconnect_ms: number;
  /** How long a restart takes. */
  readonly reboot_ms: number;
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
const armedStates = ['disarmed', 'armed', 'night'] as const;
const builtIn = [
  { id: '01', type: 'door', name: 'Front door' },
  { id: '02', type: 'smoke', name: 'Kitchen' },
  { id: '03', type: 'siren', name: 'Siren' },
];
const factorySettings = (): HubSettings =>
  create(HubSettingsSchema, {
    exitDelayS: 30,
    entryDelayS: 30,
    sirenVolume: SirenVolume.MEDIUM,
    brightnessPercent: 50,
    detectorPollS: 60,
  });
const historyLength = 200;

interface Remembered {
  readonly event: HubEvent;
  stored: boolean;
  sentAt_ms: number;
}

/** An alarm hub: every event has a number and is told again until the cloud has stored it. */
export class Hub {
  private readonly agent: DeviceAgent;
  private settings: HubSettings = factorySettings();
  private readonly history: Remembered[] = [];
  private sequence: number;
  private armed: keyof typeof armedValues = 'disarmed';

  constructor(readonly options: HubOptions) {
    this.sequence = options.lastSequence;
    const network = { medium: NetworkMedium.MOBILE, signalDbm: -71, name: 'Carrier' };
    this.agent = new DeviceAgent(
      { ...options, vendor: 'Busbar', model: 'Simulated hub', firmwareVersion: '1.0', network },
      {
        listen: ['event-acknowledged', 'event-request'],
        connected: () => this.onConnect(),
        heard: (topic, payload) => this.onMessage(topic, payload),
        apply: (wanted) => this.apply(wanted),
        settings: () => ({ case: 'hub', value: this.settings }),
        forget: () => (this.settings = factorySettings()),
        setArming: (armed) => this.setArming(armed),
        // Nobody wants an alarm that sleeps while they are away.
        mayRestart: () => this.armed === 'disarmed',
        media: [NetworkMedium.WIFI, NetworkMedium.MOBILE, NetworkMedium.ETHERNET],
      },
    );
  }

  get reconnects(): number {
    return Math.max(0, this.agent.link.connections - 1);
  }

  get connected(): boolean {
    return this.agent.link.connected;
  }

  /** The password that it connects with. */
  get password(): string {
    return this.agent.link.password;
  }

  /** The passphrase of a network that it was given last. */
  get passphrase(): string | null {
    return this.agent.passphrase;
  }

  get firmwareVersion(): string {
    return this.agent.firmwareVersion;
  }

  get armedState(): 'disarmed' | 'armed' | 'night' {
    return this.armed;
  }

  /** Events the cloud has not yet acknowledged. */
  get waiting(): number {
    return this.history.filter(({ stored }) => !stored).length;
  }

  start(): void {
    this.agent.start();
  }

  stop(): Promise<void> {
    return this.agent.stop();
  }

  loseNetwork(): void {
    this.agent.link.cut();
  }

  /** The mobile network is gone for a while. */
  dropMobile(duration_ms: number): void {
    this.agent.dropNetwork(duration_ms);
  }

  /** The power fails and comes back. */
  powerCycle(): void {
    this.agent.reboot();
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
    this.agent.tick();
    const overdue_ms = this.options.clock.now() - this.options.resend_ms;
    if (!this.agent.link.connected) return;
    for (const remembered of this.history) {
      if (!remembered.stored && remembered.sentAt_ms <= overdue_ms) void this.send(remembered);
    }
  }

  private onConnect(): void {
    void this.sayState();
    void this.saySubDevices();
    for (const remembered of this.history) if (!remembered.stored) void this.send(remembered);
  }

  /** The cloud names the highest sequence without a gap before it: what is above is told again. */
  private onMessage(topic: string, payload: Uint8Array): void {
    if (topic === 'event-request') return this.resend(payload);
    if (topic !== 'event-acknowledged') return;
    const { sequence } = fromBinary(EventAcknowledgedSchema, payload);
    for (const remembered of this.history) {
      if (remembered.event.sequence <= sequence) remembered.stored = true;
      else if (remembered.stored) void this.send(remembered);
    }
  }

  /** What it still has of a range that the cloud lacks. */
  private resend(payload: Uint8Array): void {
    const { fromSequence, toSequence } = fromBinary(EventRequestSchema, payload);
    for (const remembered of this.history) {
      const { sequence } = remembered.event;
      if (sequence >= fromSequence && sequence <= toSequence) void this.send(remembered);
    }
  }

  private apply(wanted: Settings['settings']): string | null {
    if (wanted.case !== 'hub') return 'These are settings of another device.';
    const { sirenVolume, subDeviceNames, ...rest } = wanted.value;
    const told = Object.fromEntries(
      Object.entries(rest).filter(([key, value]) => key[0] !== '$' && value !== undefined),
    );
    this.settings = create(HubSettingsSchema, {
      ...this.settings,
      ...told,
      ...(sirenVolume === SirenVolume.UNSPECIFIED ? {} : { sirenVolume }),
      subDeviceNames: { ...this.settings.subDeviceNames, ...subDeviceNames },
    });
    void this.saySubDevices();
    return null;
  }

  private setArming(armed: Armed): string | null {
    const state = armedStates.find((each) => armedValues[each] === armed);
    if (!state) return 'The hub cannot be armed like this.';
    this.arm(state);
    return null;
  }

  private async send(remembered: Remembered): Promise<void> {
    if (!this.agent.link.connected) return;
    remembered.sentAt_ms = this.options.clock.now();
    const acknowledged = await this.agent.link.publish(
      'event',
      toBinary(HubEventSchema, remembered.event),
      1,
    );
    if (acknowledged) remembered.stored = true;
  }

  private sayState(): Promise<boolean> {
    const message = create(HubStateSchema, {
      timeMs: BigInt(this.options.clock.now()),
      armed: armedValues[this.armed],
      simPresent: true,
      signalDbm: -71,
    });
    return this.agent.link.publish('state', toBinary(HubStateSchema, message), 1);
  }

  private saySubDevices(): Promise<boolean> {
    const message = create(SubDevicesSchema, {
      timeMs: BigInt(this.options.clock.now()),
      subDevices: builtIn.map((device) => ({
        ...device,
        name: this.settings.subDeviceNames[device.id] ?? device.name,
        batteryPercent: 87,
        signalDbm: -62,
        online: true,
      })),
    });
    return this.agent.link.publish('sub-devices', toBinary(SubDevicesSchema, message), 1);
  }
}
