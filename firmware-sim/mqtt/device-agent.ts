import { createHash } from 'node:crypto';
import {
  create,
  fromBinary,
  toBinary,
  type DescMessage,
  type MessageInitShape,
  type MessageShape,
} from '@bufbuild/protobuf';
import {
  Armed,
  BootSchema,
  CommandAnswerSchema,
  CommandOutcome,
  CommandSchema,
  CredentialSchema,
  FirmwareStatusSchema,
  NetworkMedium,
  NetworkSchema,
  SettingsSchema,
  type Command,
  type SetNetwork,
  type Settings,
  type UpdateFirmware,
} from '#libs/contracts/generated/busbar/v1/device_pb.js';
import type { Clock } from '#libs/units/clock.js';
import { MqttLink } from './mqtt-link.js';

export interface DeviceAgentOptions {
  readonly identity: string;
  readonly secret: string;
  readonly mqttUrl: string;
  readonly clock: Clock;
  readonly reconnect_ms: number;
  /** How long a restart takes. */
  readonly reboot_ms: number;
  readonly vendor: string;
  readonly model: string;
  readonly firmwareVersion: string;
  readonly network: MessageInitShape<typeof NetworkSchema>;
}

/** What only this kind of device can say and do. A refusal is a sentence; null: done. */
export interface DeviceBody {
  readonly listen: readonly string[];
  readonly connected: () => void;
  readonly heard: (topic: string, payload: Uint8Array) => void;
  readonly apply: (settings: Settings['settings']) => string | null;
  readonly settings: () => Settings['settings'];
  readonly forget: () => void;
  readonly setArming: (armed: Armed) => string | null;
  /** What it can reach us by. */
  readonly media: readonly NetworkMedium[];
  /** Whether it may restart now to install what it has fetched. */
  readonly mayRestart: () => boolean;
}

const common = ['settings', 'command', 'credential'] as const;

/** What balancers and hubs have in common on MQTT: they boot, report, obey, rotate their password and renew their firmware. */
export class DeviceAgent {
  readonly link: MqttLink;
  firmwareVersion: string;
  /** The passphrase it was given last; it is in nothing that it says. */
  passphrase: string | null = null;
  private network: MessageInitShape<typeof NetworkSchema>;
  private hasBooted = false;
  private backAt_ms: number | null = null;
  private settingsVersion = 0n;
  /** Answers by command id: a repeated command is answered again and not done again. */
  private readonly answers = new Map<string, MessageShape<typeof CommandAnswerSchema>>();
  /** Fetched and compared, kept over restarts, and waiting for a moment to restart. */
  private fetched: UpdateFirmware | null = null;
  private installing: UpdateFirmware | null = null;

  constructor(
    private readonly options: DeviceAgentOptions,
    private readonly body: DeviceBody,
  ) {
    this.firmwareVersion = options.firmwareVersion;
    this.network = options.network;
    this.link = new MqttLink({
      ...options,
      listen: [...common, ...body.listen],
      onConnect: () => void this.onConnect(),
      onMessage: (topic, payload) => this.onMessage(topic, payload),
    });
  }

  start(): void {
    this.link.start();
  }

  stop(): Promise<void> {
    return this.link.stop();
  }

  /** Out of reach of its network, as WiFi or mobile radio sometimes is; it notices nothing else. */
  dropNetwork(duration_ms: number): void {
    this.backAt_ms = this.options.clock.now() + duration_ms;
    void this.link.stop();
  }

  /** Starts anew after its time; everything that is not kept is forgotten. */
  reboot(): void {
    this.hasBooted = false;
    this.dropNetwork(this.options.reboot_ms);
  }

  tick(): void {
    void this.install();
    if (this.backAt_ms === null || this.options.clock.now() < this.backAt_ms) return;
    this.backAt_ms = null;
    this.link.start();
  }

  private async onConnect(): Promise<void> {
    const { vendor, model, identity } = this.options;
    const { network } = this;
    if (this.hasBooted) await this.say('network', NetworkSchema, { ...network, timeMs: this.now() });
    else {
      this.hasBooted = true;
      await this.say('boot', BootSchema, {
        timeMs: this.now(),
        vendor,
        model,
        serialNumber: identity,
        firmwareVersion: this.firmwareVersion,
        network,
      });
    }
    await this.tellInstalled();
    await this.tellSettings();
    this.body.connected();
  }

  private onMessage(topic: string, payload: Uint8Array): void {
    switch (topic) {
      case 'settings':
        return void this.take(fromBinary(SettingsSchema, payload));
      case 'command':
        return void this.obey(fromBinary(CommandSchema, payload));
      case 'credential': {
        const { commandId, password } = fromBinary(CredentialSchema, payload);
        return void this.answer(commandId, null).then(() => this.link.useSecret(password));
      }
      default:
        this.body.heard(topic, payload);
    }
  }

  private async take(wanted: Settings): Promise<void> {
    // A broker that echoes would bring its own report back, which carries its clock.
    if (wanted.timeMs !== 0n) return;
    const refusal = this.body.apply(wanted.settings);
    if (refusal === null) this.settingsVersion = wanted.version;
    await this.tellSettings();
    if (wanted.commandId !== '') await this.answer(wanted.commandId, refusal);
  }

  private async obey(command: Command): Promise<void> {
    const { commandId, action } = command;
    const before = this.answers.get(commandId);
    if (before) return void (await this.say('command-answer', CommandAnswerSchema, before));
    if (Number(command.deadlineMs) < this.options.clock.now())
      return void (await this.answer(commandId, 'The command came too late.'));
    switch (action.case) {
      case 'reset':
        await this.answer(commandId, null);
        return this.reboot();
      case 'factoryReset':
        await this.answer(commandId, null);
        this.body.forget();
        this.settingsVersion = 0n;
        this.network = this.options.network;
        this.passphrase = null;
        this.link.forgetSecret();
        return this.reboot();
      case 'setArming':
        return void (await this.answer(commandId, this.body.setArming(action.value.armed)));
      case 'setNetwork':
        return this.changeNetwork(commandId, action.value);
      case 'updateFirmware':
        await this.answer(commandId, null);
        return this.fetchFirmware(action.value);
      case undefined:
        return void (await this.answer(commandId, 'This device does not know the command.'));
    }
  }

  /** The answer goes over the old network; the device is away while it changes over. */
  private async changeNetwork(commandId: string, wanted: SetNetwork): Promise<void> {
    if (!this.body.media.includes(wanted.medium))
      return void (await this.answer(commandId, 'This device cannot be connected in this way.'));
    await this.answer(commandId, null);
    const { medium, wifiName, passphrase } = wanted;
    this.network = { medium, signalDbm: -60, ...(wifiName === undefined ? {} : { name: wifiName }) };
    if (passphrase !== undefined) this.passphrase = passphrase;
    this.dropNetwork(this.options.reboot_ms);
  }

  private async answer(commandId: string, refusal: string | null): Promise<void> {
    const outcome = refusal === null ? CommandOutcome.ACCEPTED : CommandOutcome.REJECTED;
    const message = create(CommandAnswerSchema, { commandId, outcome, text: refusal ?? '' });
    this.answers.set(commandId, message);
    await this.say('command-answer', CommandAnswerSchema, message);
  }

  /** The image is really fetched and really compared; what it does to a device is a restart. */
  private async fetchFirmware(update: UpdateFirmware): Promise<void> {
    await this.tellFirmware(update, 'Downloading');
    const image = await fetch(update.location).then(
      async (response) => (response.ok ? Buffer.from(await response.arrayBuffer()) : null),
      () => null,
    );
    if (!image) return this.tellFirmware(update, 'DownloadFailed');
    await this.tellFirmware(update, 'Downloaded');
    const whole = image.length === Number(update.sizeBytes);
    if (!whole || createHash('sha256').update(image).digest('hex') !== update.sha256)
      return this.tellFirmware(update, 'InstallVerificationFailed');
    this.fetched = update;
  }

  private async install(): Promise<void> {
    const update = this.fetched;
    if (!update || !this.link.connected || !this.body.mayRestart()) return;
    this.fetched = null;
    await this.tellFirmware(update, 'Installing');
    this.installing = update;
    this.firmwareVersion = update.version;
    this.reboot();
  }

  private async tellInstalled(): Promise<void> {
    if (!this.installing) return;
    await this.tellFirmware(this.installing, 'Installed');
    this.installing = null;
  }

  private async tellFirmware({ requestId }: UpdateFirmware, status: string): Promise<void> {
    await this.say('firmware-status', FirmwareStatusSchema, { timeMs: this.now(), requestId, status });
  }

  private async tellSettings(): Promise<void> {
    await this.say('settings', SettingsSchema, {
      timeMs: this.now(),
      version: this.settingsVersion,
      settings: this.body.settings(),
    });
  }

  private say<Schema extends DescMessage>(
    topic: string,
    schema: Schema,
    message: MessageInitShape<Schema>,
  ): Promise<boolean> {
    return this.link.publish(topic, toBinary(schema, create(schema, message)), 1);
  }

  private now(): bigint {
    return BigInt(Math.floor(this.options.clock.now()));
  }
}
