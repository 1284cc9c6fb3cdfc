import { create, toBinary } from '@bufbuild/protobuf';
import {
  BalancerInstallationSchema,
  BalancerReadingSchema,
} from '#libs/contracts/generated/busbar/v1/device_pb.js';
import type { Clock } from '#libs/units/clock.js';
import type { PerPhase } from '#libs/units/phases.js';
import { MqttLink } from '../mqtt/mqtt-link.js';
import type { Random } from '../physics/random.js';

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
  /** What really flows through the metered node. */
  readonly measure_A: () => PerPhase;
}

/** A Zen load balancer: reads its node and says so, over and over. */
export class Balancer {
  private readonly link: MqttLink;
  private nextReading_ms = 0;
  private silentUntil_ms = 0;
  private import_Wh = 0;
  private export_Wh = 0;

  constructor(readonly options: BalancerOptions) {
    this.link = new MqttLink({
      ...options,
      listen: [],
      onConnect: () => void this.sayInstallation(),
      onMessage: () => undefined,
    });
  }

  get reconnects(): number {
    return Math.max(0, this.link.connections - 1);
  }

  get connected(): boolean {
    return this.link.connected;
  }

  start(): void {
    this.link.start();
  }

  stop(): Promise<void> {
    return this.link.stop();
  }

  /** Stops measuring for `duration_ms` while the connection stays up, as a hung meter does. */
  silence(duration_ms: number): void {
    this.silentUntil_ms = this.options.clock.now() + duration_ms;
  }

  loseNetwork(): void {
    this.link.cut();
  }

  tick(dt_s: number): void {
    const now_ms = this.options.clock.now();
    const current_A = this.options.measure_A();
    this.countEnergy(current_A, dt_s);
    if (now_ms < this.nextReading_ms || now_ms < this.silentUntil_ms) return;
    const cadence_ms = this.options.cadence_s * 1_000;
    // Keeps its beat when a tick came late, without making up for beats it missed.
    this.nextReading_ms = Math.max(this.nextReading_ms + cadence_ms, now_ms + cadence_ms / 2);
    void this.sayReading(now_ms, current_A);
  }

  private countEnergy(current_A: PerPhase, dt_s: number): void {
    const sum_A = current_A[0] + current_A[1] + current_A[2];
    const energy_Wh = (sum_A * this.options.voltage_V * dt_s * this.options.energyScale) / 3_600;
    if (energy_Wh >= 0) this.import_Wh += energy_Wh;
    else this.export_Wh -= energy_Wh;
  }

  private sayReading(now_ms: number, true_A: PerPhase): Promise<boolean> {
    const { random, noise_A, voltage_V } = this.options;
    const read = (value_A: number): number => Math.round((value_A + random.gaussian(noise_A)) * 100) / 100;
    const [l1, l2, l3] = [read(true_A[0]), read(true_A[1]), read(true_A[2])];
    const message = create(BalancerReadingSchema, {
      timeMs: BigInt(now_ms),
      currentA: { l1, l2, l3 },
      voltageV: { l1: voltage_V, l2: voltage_V, l3: voltage_V },
      powerW: (l1 + l2 + l3) * voltage_V,
      energyImportWh: this.import_Wh,
      energyExportWh: this.export_Wh,
    });
    return this.link.publish('reading', toBinary(BalancerReadingSchema, message), 0);
  }

  private sayInstallation(): Promise<boolean> {
    const message = create(BalancerInstallationSchema, {
      mainFuseA: this.options.mainFuse_A,
      currentTransformerRatio: 3_000,
      solarTerminal: this.options.solarTerminal,
    });
    return this.link.publish('installation', toBinary(BalancerInstallationSchema, message), 1);
  }
}
