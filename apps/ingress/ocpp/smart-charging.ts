import type { DeviceEvent, MeterSampled } from '#libs/devices/device-event.js';
import type { Logger } from '#libs/platform/logger.js';
import type { ProfileWords } from '#libs/protocols/ocppj/profile-words.js';
import type { RegisteredDevice } from '#libs/store/device-registry.js';
import type { Clock } from '#libs/units/clock.js';
import type { Observe } from '../observe.js';
import { IgnoredLimits, type LimitVerdict } from './ignored-limits.js';
import type { CallOutcome } from './outbound-calls.js';
import { ProfileMemory, type ChangeOutcome } from './profile-memory.js';

export interface SmartChargingPorts {
  /** Publishes what is observed. */
  readonly observe: Observe;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A call of ours as it went out. */
export interface SentCall {
  readonly action: string;
  /** Null: it never became one. */
  readonly payload: object | null;
}

interface Watched {
  readonly connectionEpoch: number;
  readonly profiles: ProfileMemory;
  /** One per connector with a charging session. */
  readonly sessions: Map<number, IgnoredLimits>;
}

/** What became of a call that changes profiles. `Unknown` is the answer of a charger that has nothing left to clear. */
function outcomeOf(outcome: CallOutcome): ChangeOutcome | null {
  switch (outcome.kind) {
    case 'answered': {
      const status = (outcome.payload as { readonly status?: unknown } | null)?.status;
      return status === 'Accepted' || status === 'Unknown' ? 'accepted' : 'declined';
    }
    case 'refused':
      return 'declined';
    case 'unanswered':
      return 'unknown';
    case 'not-sent':
      return null;
  }
}

/**
 * Keeps, for each charger connected here, the profiles it accepted, and tells of those that draw more than they accepted.
 * It sees every observation on its way to the bus, and every call that ended.
 */
export class SmartCharging {
  private readonly byDevice = new Map<string, Watched>();

  constructor(private readonly ports: SmartChargingPorts) {}

  profilesOf(deviceId: string): ProfileMemory | undefined {
    return this.byDevice.get(deviceId)?.profiles;
  }

  /** Publishes what a device said, having taken note of it. */
  readonly observe: Observe = async (device, event, times) => {
    const verdicts = this.noted(device.deviceId, event, times.receivedAt);
    await this.ports.observe(device, event, times);
    for (const { connector, verdict } of verdicts) await this.tell(device, connector, verdict);
  };

  /** A call to a charger has ended. */
  called(deviceId: string, words: ProfileWords, { action, payload }: SentCall, outcome: CallOutcome): void {
    const watched = this.byDevice.get(deviceId);
    const change = payload && words.change(action, payload);
    const became = outcomeOf(outcome);
    if (!watched || !change || !became) return;
    const now = this.ports.clock.now();
    watched.profiles.changed(change, became, now);
    for (const [connector, session] of watched.sessions)
      session.limited(now, watched.profiles.limit_A(connector, now));
  }

  private noted(
    deviceId: string,
    event: DeviceEvent,
    at: number,
  ): { readonly connector: number; readonly verdict: LimitVerdict }[] {
    if (event.type === 'connected') {
      const { connectionEpoch, protocol } = event;
      const known = this.byDevice.get(deviceId)?.connectionEpoch ?? -1;
      if (protocol !== 'mqtt' && connectionEpoch > known)
        this.byDevice.set(deviceId, { connectionEpoch, profiles: new ProfileMemory(), sessions: new Map() });
      return [];
    }
    const watched = this.byDevice.get(deviceId);
    if (!watched) return [];
    const { profiles, sessions } = watched;
    switch (event.type) {
      case 'disconnected':
        if (event.connectionEpoch === watched.connectionEpoch) this.byDevice.delete(deviceId);
        return [];
      case 'transaction-started':
        if (profiles.transactionStarted(event.connector, event.transactionId, at))
          sessions.delete(event.connector);
        return [];
      case 'transaction-ended':
        if (profiles.transactionEnded(event.connector, event.transactionId)) sessions.delete(event.connector);
        return [];
      case 'meter-sample': {
        const verdict = sampled(watched, event, at);
        return verdict ? [{ connector: event.connector, verdict }] : [];
      }
      default:
        return [];
    }
  }

  /** The notice is worth less than the observation it follows: its failure is logged and nothing else. */
  private async tell(
    device: RegisteredDevice,
    connector: number,
    { code, limit_A, measured_A }: LimitVerdict,
  ): Promise<void> {
    const now = this.ports.clock.now();
    try {
      await this.ports.observe(
        device,
        {
          type: 'notice',
          topic: 'smart-charging',
          code,
          severity: code === 'limit-ignored' ? 4 : 8,
          detail: { connector, limit_A, measured_A },
        },
        { deviceTime: now, receivedAt: now },
      );
    } catch (error) {
      this.ports.logger.error({ deviceId: device.deviceId, code, err: error }, 'a notice could not be told');
    }
  }
}

/** Only sessions are watched: without one a charger has no car to hold back. */
function sampled(
  { profiles, sessions }: Watched,
  { connector, transactionId, current_A }: MeterSampled,
  at: number,
): LimitVerdict | null {
  if (transactionId !== null && !profiles.isRunning(connector))
    profiles.transactionStarted(connector, transactionId, at);
  if (!current_A || !profiles.isRunning(connector)) return null;
  const session = sessions.get(connector) ?? new IgnoredLimits();
  sessions.set(connector, session);
  session.limited(at, profiles.limit_A(connector, at));
  return session.sampled(at, current_A);
}
