import type { Logger } from '#libs/platform/logger.js';
import type { RegisteredDevice } from '#libs/store/device-registry.js';
import type { Clock } from '#libs/units/clock.js';
import type { Observe } from './observe.js';

/** `failed`: the device said nothing, or its connection ended first. */
export type OfferVerdict = 'accepted' | 'rejected' | 'failed';

export interface CredentialOffersPorts {
  readonly observe: Observe;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A device that takes each new credential and comes back with the old one is not sent home for ever. */
const mostOffers = 3;

/**
 * To whom a credential of its own is offered and what follows from the answer (OCPP 1.6 Security Whitepaper A01, OCPP 2.0.1
 * A01), whatever protocol carries it. The offers of a device are counted until it comes with a credential of its own, or the
 * process ends.
 */
export class CredentialOffers {
  private readonly offers = new Map<string, number>();

  constructor(private readonly ports: CredentialOffersPorts) {}

  /** `offer` hands over one credential. Never rejects. */
  async make(device: RegisteredDevice, offer: () => Promise<OfferVerdict>): Promise<'stays' | 'leaves'> {
    const { deviceId } = device;
    // With a certificate of its own it needs no password.
    if (!device.bootstrapCredential || device.securityProfile === 3) {
      this.offers.delete(deviceId);
      return 'stays';
    }
    const offers = (this.offers.get(deviceId) ?? 0) + 1;
    if (offers > mostOffers) return 'stays';
    this.offers.set(deviceId, offers);
    try {
      const verdict = await offer();
      if (verdict === 'accepted') return offers < mostOffers ? 'leaves' : 'stays';
      await this.tell(device, verdict);
    } catch (error) {
      this.ports.logger.error({ deviceId, err: error }, 'a device could not be given a password of its own');
    }
    return 'stays';
  }

  /** People see why a device still uses the credential of the factory. */
  private async tell(device: RegisteredDevice, verdict: 'rejected' | 'failed'): Promise<void> {
    const now = this.ports.clock.now();
    const code = verdict === 'rejected' ? 'own-password-refused' : 'own-password-unanswered';
    this.ports.logger.warn({ deviceId: device.deviceId, code }, 'a device keeps the password of the factory');
    await this.ports.observe(
      device,
      { type: 'notice', topic: 'security', code, severity: 4, detail: {} },
      { deviceTime: now, receivedAt: now },
    );
  }
}
