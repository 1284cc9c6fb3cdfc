import { CredentialOffers, type CredentialOffersPorts, type OfferVerdict } from '../credential-offers.js';
import type { OwnCredentials } from '../own-credentials.js';
import type { Reachable } from './limit-delivery.js';

export interface OwnPasswordPorts extends CredentialOffersPorts {
  readonly callTimeout_ms: number;
  /** Ends the connection in a way that makes the charger come back at once. */
  readonly comeBack: (station: Reachable) => void;
}

/**
 * The password of a charger that was just claimed (OCPP 1.6 Security Whitepaper A01, OCPP 2.0.1 A01). It counts from the next
 * connection on, so a charger that took it is sent away at once: what waits for it must not be lost in the change.
 */
export class OwnPassword implements OwnCredentials<Reachable> {
  private readonly offers: CredentialOffers;

  constructor(private readonly ports: OwnPasswordPorts) {
    this.offers = new CredentialOffers(ports);
  }

  async give(station: Reachable): Promise<'stays' | 'leaves'> {
    const next = await this.offers.make(station.device, () => this.offer(station));
    if (next === 'leaves') this.ports.comeBack(station);
    return next;
  }

  private async offer(station: Reachable): Promise<OfferVerdict> {
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
}
