import type { Clock } from '#libs/units/clock.js';
import type { Random } from '../physics/random.js';
import type { ConfigurationStore } from './configuration-store.js';
import { bootAnswerSchema } from './payloads.js';

export interface RegistrationOptions {
  readonly serialNumber: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly configuration: ConfigurationStore;
  readonly call: (action: string, payload: object) => Promise<unknown>;
  readonly onAccepted: () => void;
}

const retryAfterError_ms = 5_000;

/** BootNotification until it is accepted, then heartbeats (OCPP 1.6 4.2 and 4.6). */
export class Registration {
  accepted = false;
  private asking = false;
  private nextBoot_ms = 0;
  private nextHeartbeat_ms = Infinity;

  constructor(private readonly options: RegistrationOptions) {}

  connectionOpened(): void {
    this.nextBoot_ms = 0;
  }

  connectionLost(): void {
    this.accepted = false;
  }

  /** Sends what is due; to be called while connected. */
  tick(): void {
    const now_ms = this.options.clock.now();
    if (this.accepted) {
      if (now_ms >= this.nextHeartbeat_ms) this.heartbeat();
    } else if (!this.asking && now_ms >= this.nextBoot_ms) void this.boot();
  }

  heartbeat(): void {
    const interval_ms = this.options.configuration.number('HeartbeatInterval') * 1_000;
    this.nextHeartbeat_ms = this.options.clock.now() + interval_ms;
    this.options.call('Heartbeat', {}).catch(() => undefined);
  }

  async boot(): Promise<void> {
    const { call, clock, random, configuration, serialNumber, onAccepted } = this.options;
    this.asking = true;
    try {
      const answer = bootAnswerSchema.parse(
        await call('BootNotification', {
          chargePointVendor: 'Busbar',
          chargePointModel: 'Simulated Charger',
          chargePointSerialNumber: serialNumber.slice(0, 25),
          firmwareVersion: '1.0.0',
        }),
      );
      // An interval of 0 leaves the choice to the charger (4.2).
      const interval_s = answer.interval || 10;
      if (answer.status !== 'Accepted') {
        this.nextBoot_ms = clock.now() + interval_s * 1_000 * random.between(1, 1.2);
        return;
      }
      configuration.change('HeartbeatInterval', String(Math.round(interval_s)));
      this.nextHeartbeat_ms = clock.now() + interval_s * 1_000 * random.between(0.8, 1);
      this.accepted = true;
      onAccepted();
    } catch {
      this.nextBoot_ms = clock.now() + retryAfterError_ms;
    } finally {
      this.asking = false;
    }
  }
}
