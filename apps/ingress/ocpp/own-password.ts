import type { Logger } from '#libs/platform/logger.js';
import type { Clock } from '#libs/units/clock.js';
import type { Observe } from '../observe.js';
import type { OwnCredentials } from '../own-credentials.js';
import type { Reachable } from './limit-delivery.js';

export interface OwnPasswordPorts {
  readonly observe: Observe;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly callTimeout_ms: number;
  /** Ends the connection in a way that makes the charger come back at once. */
  readonly comeBack: (station: Reachable) => void;
}

/** A charger that takes each new password and comes back with the old one is not sent home for ever. */
const mostOffers = 3;

/**
 * The password of a charger that was just claimed (OCPP 1.6 Security Whitepaper A01, OCPP 2.0.1 A01). It counts from the next
 * connection on, so a charger that took it is sent away at once: what waits for it must not be lost in the change.
 */
export class OwnPassword implements OwnCredentials<Reachable> {
  private readonly offers = new Map<string, number>();

  constructor(private readonly ports: OwnPasswordPorts) {}

  async give(station: Reachable): Promise<'stays' | 'leaves'> {
    const { device } = station;
    // With a certificate of its own it needs no password.
    if (!device.bootstrapCredential || device.securityProfile === 3) {
      this.offers.delete(device.deviceId);
      return 'stays';
    }
    const offers = (this.offers.get(device.deviceId) ?? 0) + 1;
    if (offers > mostOffers) return 'stays';
    this.offers.set(device.deviceId, offers);
    try {
      const verdict = await this.offer(station);
      if (verdict === 'accepted' && offers < mostOffers) {
        this.ports.comeBack(station);
        return 'leaves';
      }
      if (verdict !== 'accepted') await this.tell(station, verdict);
    } catch (error) {
      this.ports.logger.error(
        { deviceId: device.deviceId, err: error },
        'a charger could not be given a password of its own',
      );
    }
    return 'stays';
  }

  private async offer(station: Reachable): Promise<'accepted' | 'rejected' | 'failed'> {
    const { device, dialect, outbound, quirks } = station;
    const call = await dialect.commandCall(device, { action: 'rotate-credential' }, quirks);
    if (call.kind !== 'call') return 'rejected';
    const outcome = await outbound.call({
      action: call.action,
      lane: 'command',
      key: 'own-password',
      timeout_ms: this.ports.callTimeout_ms,
      prepare: async () => call.payload,
    });
    const verdict =
      outcome.kind === 'answered'
        ? dialect.commandOutcome(call.action, outcome.payload)
        : outcome.kind === 'refused'
          ? ('rejected' as const)
          : ('failed' as const);
    await call.concluded?.(verdict);
    return verdict;
  }

  /** People see why a charger still uses the credential of the factory. */
  private async tell({ device }: Reachable, verdict: 'rejected' | 'failed'): Promise<void> {
    const now = this.ports.clock.now();
    const code = verdict === 'rejected' ? 'own-password-refused' : 'own-password-unanswered';
    this.ports.logger.warn(
      { deviceId: device.deviceId, code },
      'a charger keeps the password of the factory',
    );
    await this.ports.observe(
      device,
      { type: 'notice', topic: 'security', code, severity: 4, detail: {} },
      { deviceTime: now, receivedAt: now },
    );
  }
}
