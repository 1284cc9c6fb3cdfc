import type { Clock } from '#libs/units/clock.js';
import type { Random } from '../physics/random.js';
import type { ConfigurationStore } from './configuration-store.js';

export type BootReason =
  'ApplicationReset' | 'FirmwareUpdate' | 'LocalReset' | 'PowerUp' | 'RemoteReset' | 'Triggered' | 'Unknown';

export interface BootAnswer {
  readonly status: 'Accepted' | 'Pending' | 'Rejected';
  readonly interval: number;
}

export interface RegistrationOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly configuration: ConfigurationStore;
  /** False: it keeps its registration over a lost connection, as OCPP allows; true: it introduces itself each time. */
  readonly bootsOnReconnect: boolean;
  readonly sendBoot: (reason: BootReason) => Promise<BootAnswer>;
  readonly sendHeartbeat: () => void;
  readonly onAccepted: () => void;
}

const retryAfterError_ms = 5_000;

/** BootNotification until it is accepted, then heartbeats (OCPP 1.6 4.2 and 4.6, OCPP 2.0.1 B01 to B03, G02). */
export class Registration {
  accepted = false;
  private verdict: BootAnswer['status'] | null = null;
  private reason: BootReason = 'PowerUp';
  private asking = false;
  private nextBoot_ms = 0;
  private nextHeartbeat_ms = Infinity;
  private readonly permitted = new Set<string>();

  constructor(private readonly options: RegistrationOptions) {}

  /** The last answer to BootNotification was Rejected and its interval still runs. */
  get isShutOut(): boolean {
    return !this.accepted && this.verdict === 'Rejected';
  }

  get isPending(): boolean {
    return !this.accepted && this.verdict === 'Pending';
  }

  connectionOpened(): void {
    this.nextBoot_ms = 0;
    this.verdict = this.accepted ? 'Accepted' : null;
    if (this.accepted) this.options.onAccepted();
  }

  connectionLost(): void {
    this.permitted.clear();
    if (this.options.bootsOnReconnect) this.accepted = false;
  }

  /** The charger starts anew: it must introduce itself again. */
  rebooted(reason: BootReason): void {
    this.reason = reason;
    this.accepted = false;
    this.verdict = null;
    this.permitted.clear();
  }

  /** The central system asked for this message, so it may go out before acceptance too (4.2, B02.FR.02). */
  permit(action: string): void {
    this.permitted.add(action);
  }

  /** OCPP 1.6 4.2, OCPP 2.0.1 B02 and B03: before acceptance only what was asked for; while rejected nothing at all. */
  maySend(action: string): boolean {
    if (this.accepted || action === 'BootNotification') return true;
    return this.verdict === 'Pending' && this.permitted.has(action);
  }

  /** Sends what is due; to be called while connected. */
  tick(): void {
    const now_ms = this.options.clock.now();
    if (this.accepted) {
      if (now_ms >= this.nextHeartbeat_ms) this.heartbeat();
    } else if (!this.asking && now_ms >= this.nextBoot_ms) void this.boot(this.reason);
  }

  heartbeat(): void {
    const interval_ms = this.options.configuration.number('HeartbeatInterval') * 1_000;
    this.nextHeartbeat_ms = this.options.clock.now() + interval_ms;
    this.options.sendHeartbeat();
  }

  async boot(reason: BootReason): Promise<void> {
    const { clock, random, configuration, sendBoot, onAccepted } = this.options;
    this.asking = true;
    try {
      const answer = await sendBoot(reason);
      this.verdict = answer.status;
      // An interval of 0 leaves the choice to the charger (4.2).
      const interval_s = answer.interval || 10;
      if (answer.status !== 'Accepted') {
        this.accepted = false;
        this.nextBoot_ms = clock.now() + interval_s * 1_000 * random.between(1, 1.2);
        return;
      }
      configuration.change('HeartbeatInterval', String(Math.round(interval_s)));
      this.nextHeartbeat_ms = clock.now() + interval_s * 1_000 * random.between(0.8, 1);
      this.accepted = true;
      this.reason = 'PowerUp';
      onAccepted();
    } catch {
      this.nextBoot_ms = clock.now() + retryAfterError_ms;
    } finally {
      this.asking = false;
    }
  }
}
