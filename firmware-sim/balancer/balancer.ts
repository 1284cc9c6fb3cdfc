import { create, toBinary } from '@bufbuild/protobuf';
import {
  BalancerInstallationSchema,
  BalancerNetworkSchema,
  BalancerReadingSchema,
  BalancerSettingsSchema,
  NetworkMedium,
  type BalancerSettings,
  type Settings,
} from '#libs/contracts/generated/busbar/v1/device_pb.js';
import type { Clock } from '#libs/units/clock.js';
import type { PerPhase } from '#libs/units/phases.js';
import { DeviceAgent } from '../mqtt/device-agent.js';
import type { Random } from '../physics/random.js';
import { ordinaryClamps, readThrough, type Clamps } from './clamps.js';

export interface BalancerOptions {
  readonly identity: string;
  readonly secret: string;
  readonly mqttUrl: string;
  readonly mainFuse_A: number;
  readonly voltage_V: number;
  /** 1 s for a Zen, 10 s for one that only relays a P1 port. */
  readonly cadence_s: number;
  /** Somebody connected a solar terminal: exports are told as negative currents. */
  readonly solarTerminal: boolean;
  /** Standard deviation of the meter's error. */
  readonly noise_A: number;
  readonly energyScale: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly reconnect_ms: number;
  /** How long a restart takes. */
  readonly reboot_ms: number;
  /** What really flows through the metered node. */
  readonly measure_A: () => PerPhase;
}

/** A Zen load balancer: reads its node and says so, over and over. */
export class Balancer {
  private readonly agent: DeviceAgent;
  private clamps: Clamps = ordinaryClamps;
  private settings: BalancerSettings;
  private nextReading_ms = 0;
  private silentUntil_ms = 0;
  private import_Wh = 0;
  private export_Wh = 0;

  constructor(readonly options: BalancerOptions) {
    this.settings = this.factorySettings();
    const network = { medium: NetworkMedium.WIFI, signalDbm: -58, name: 'Home' };
    this.agent = new DeviceAgent(
      { ...options, vendor: 'Busbar', model: 'Simulated Zen', firmwareVersion: '1.0', network },
      {
        listen: [],
        connected: () => void this.sayInstallation(),
        heard: () => undefined,
        apply: (wanted) => this.apply(wanted),
        settings: () => ({ case: 'balancer', value: this.settings }),
        forget: () => (this.settings = this.factorySettings()),
        setArming: () => 'A load balancer has nothing to arm.',
        mayRestart: () => true,
        media: [NetworkMedium.WIFI, NetworkMedium.ETHERNET],
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

  start(): void {
    this.agent.start();
  }

  stop(): Promise<void> {
    return this.agent.stop();
  }

  /** Stops measuring for `duration_ms` while the connection stays up, as a hung meter does. */
  silence(duration_ms: number): void {
    this.silentUntil_ms = this.options.clock.now() + duration_ms;
  }

  loseNetwork(): void {
    this.agent.link.cut();
  }

  /** The WiFi is gone for a while. */
  dropWifi(duration_ms: number): void {
    this.agent.dropNetwork(duration_ms);
  }

  /** Somebody mounts the current transformers anew. */
  mount(change: Partial<Clamps>): void {
    this.clamps = { ...this.clamps, ...change };
  }

  tick(dt_s: number): void {
    this.agent.tick();
    const now_ms = this.options.clock.now();
    const current_A = this.options.measure_A();
    this.countEnergy(current_A, dt_s);
    if (now_ms < this.nextReading_ms || now_ms < this.silentUntil_ms) return;
    const cadence_ms = (this.settings.readingIntervalS ?? this.options.cadence_s) * 1_000;
    // Keeps its beat when a tick came late, without making up for beats it missed.
    this.nextReading_ms = Math.max(this.nextReading_ms + cadence_ms, now_ms + cadence_ms / 2);
    const { reversedTransformers, currentTransformerRatio = ordinaryClamps.ratio } = this.settings;
    const told = { reversedTransformers, currentTransformerRatio };
    void this.sayReading(now_ms, readThrough(this.clamps, told, current_A));
  }

  private countEnergy(current_A: PerPhase, dt_s: number): void {
    const sum_A = current_A[0] + current_A[1] + current_A[2];
    const energy_Wh = (sum_A * this.options.voltage_V * dt_s * this.options.energyScale) / 3_600;
    if (energy_Wh >= 0) this.import_Wh += energy_Wh;
    else this.export_Wh -= energy_Wh;
  }

  private factorySettings(): BalancerSettings {
    const { solarTerminal } = this.options;
    const ratio = ordinaryClamps.ratio;
    return create(BalancerSettingsSchema, { currentTransformerRatio: ratio, solarTerminal });
  }

  private apply(wanted: Settings['settings']): string | null {
    if (wanted.case !== 'balancer') return 'These are settings of another device.';
    const { reversedTransformers, network, ...rest } = wanted.value;
    const told = Object.fromEntries(
      Object.entries(rest).filter(([key, value]) => key[0] !== '$' && value !== undefined),
    );
    this.settings = create(BalancerSettingsSchema, {
      ...this.settings,
      ...told,
      ...(reversedTransformers.length > 0 ? { reversedTransformers } : {}),
      ...(network ? { network: create(BalancerNetworkSchema, network) } : {}),
    });
    void this.sayInstallation();
    return null;
  }

  private sayReading(now_ms: number, read_A: PerPhase): Promise<boolean> {
    const { random, noise_A, voltage_V } = this.options;
    const read = (value_A: number): number => Math.round((value_A + random.gaussian(noise_A)) * 100) / 100;
    const [l1, l2, l3] = [read(read_A[0]), read(read_A[1]), read(read_A[2])];
    const message = create(BalancerReadingSchema, {
      timeMs: BigInt(now_ms),
      currentA: { l1, l2, l3 },
      voltageV: { l1: voltage_V, l2: voltage_V, l3: voltage_V },
      powerW: (l1 + l2 + l3) * voltage_V,
      energyImportWh: this.import_Wh,
      energyExportWh: this.export_Wh,
    });
    return this.agent.link.publish('reading', toBinary(BalancerReadingSchema, message), 0);
  }

  private sayInstallation(): Promise<boolean> {
    const message = create(BalancerInstallationSchema, {
      mainFuseA: this.options.mainFuse_A,
      currentTransformerRatio: this.settings.currentTransformerRatio ?? ordinaryClamps.ratio,
      solarTerminal: this.settings.solarTerminal ?? false,
      readingIntervalS: this.settings.readingIntervalS ?? Math.round(this.options.cadence_s),
    });
    return this.agent.link.publish('installation', toBinary(BalancerInstallationSchema, message), 1);
  }
}
