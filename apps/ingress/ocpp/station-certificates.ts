import type { Logger } from '#libs/platform/logger.js';
import type { DeviceRegistry, RegisteredDevice } from '#libs/store/device-registry.js';
import type { CertificatePurpose, StationSecurityStore } from '#libs/store/station-security.js';
import type { Clock } from '#libs/units/clock.js';
import { SigningRefused, type CertificateAuthority } from '../certificates/authority.js';
import type { Observe } from '../observe.js';
import type { CallOutcome } from './outbound-calls.js';
import type { Station } from './station.js';

export interface StationCertificatesPorts {
  /** Null: nobody signs here. */
  readonly authority: CertificateAuthority | null;
  readonly security: Pick<StationSecurityStore, 'recordCertificate' | 'takeExpiring'>;
  readonly registry: Pick<DeviceRegistry, 'byId'>;
  readonly station: (deviceId: string) => Pick<Station, 'outbound' | 'isSettled' | 'dialect'> | undefined;
  readonly observe: Observe;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly callTimeout_ms: number;
  readonly certificateNotice_days: number;
}

const day_ms = 86_400_000;

/** Signs what stations ask for, gives it to them, and speaks up before it runs out (A02, A03 in both generations). */
export class StationCertificates {
  constructor(private readonly ports: StationCertificatesPorts) {}

  /** Whether a request can be answered at all; the reason of a refusal of the request itself is in the log. */
  get canSign(): boolean {
    return this.ports.authority !== null;
  }

  /**
   * Signs the request and sends the chain with CertificateSigned. The station was told Accepted before, since signing may
   * take long; what goes wrong here is a notice and never an error.
   */
  async fulfil(
    device: RegisteredDevice,
    csr: string,
    purpose: CertificatePurpose,
    payload: (chain: string) => object,
  ): Promise<void> {
    const { authority, security, logger } = this.ports;
    if (!authority) return;
    try {
      const signed = await authority.sign({ csr, commonName: device.identity, purpose });
      const { serialNumber, notBefore, notAfter } = signed;
      await security.recordCertificate(device.deviceId, { serialNumber, purpose, notBefore, notAfter });
      const outcome = await this.send(device, 'CertificateSigned', payload(signed.chain));
      const accepted =
        outcome?.kind === 'answered' && (outcome.payload as { status?: unknown }).status === 'Accepted';
      await this.notice(device, accepted ? 'installed' : 'not-installed', accepted ? 8 : 5, {
        serialNumber,
        purpose,
        notAfter: notAfter.toISOString(),
      });
    } catch (error) {
      const refused = error instanceof SigningRefused;
      logger.warn({ deviceId: device.deviceId, err: error }, 'a certificate was not signed');
      await this.notice(device, 'not-signed', 5, {
        purpose,
        reason: refused ? error.message : 'The authority could not sign the request.',
      });
    }
  }

  /** Tells people of certificates that run out, and asks their stations for a new request. */
  async warnOfExpiry(): Promise<void> {
    const { clock, security, registry, certificateNotice_days } = this.ports;
    const now = clock.now();
    for (const certificate of await security.takeExpiring(now, now + certificateNotice_days * day_ms)) {
      const device = await registry.byId(certificate.deviceId);
      if (!device) continue;
      const { serialNumber, purpose, notAfter } = certificate;
      await this.notice(device, 'expiring', 5, { serialNumber, purpose, notAfter: notAfter.toISOString() });
      const renewal = this.ports.station(device.deviceId)?.dialect.renewalCall(purpose);
      if (renewal) void this.send(device, renewal.action, renewal.payload);
    }
  }

  private async send(
    device: RegisteredDevice,
    action: string,
    payload: object,
  ): Promise<CallOutcome | undefined> {
    const station = this.ports.station(device.deviceId);
    if (!station?.isSettled) return undefined;
    return station.outbound.call({
      action,
      lane: 'command',
      key: null,
      timeout_ms: this.ports.callTimeout_ms,
      prepare: async () => payload,
    });
  }

  private notice(
    device: RegisteredDevice,
    code: string,
    severity: number,
    detail: Readonly<Record<string, string>>,
  ): Promise<void> {
    const now = this.ports.clock.now();
    return this.ports.observe(
      device,
      { type: 'notice', topic: 'certificate', code, severity, detail },
      { deviceTime: now, receivedAt: now },
    );
  }
}
