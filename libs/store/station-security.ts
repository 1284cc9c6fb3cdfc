import { generateDeviceSecret, hashDeviceSecret } from './device-secret.js';
import type { Queryable } from './pool.js';

export const certificatePurposes = ['ChargingStationCertificate', 'V2GCertificate'] as const;
export type CertificatePurpose = (typeof certificatePurposes)[number];

export interface StationCertificate {
  /** Hexadecimal, lower case. */
  readonly serialNumber: string;
  readonly purpose: CertificatePurpose;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly revokedAt: Date | null;
}

export interface ExpiringCertificate extends StationCertificate {
  readonly deviceId: string;
}

/** OCPP security profile: the least a station must prove to be let in. */
export type SecurityProfile = 0 | 1 | 2 | 3;

export interface StationSecurity {
  readonly securityProfile: SecurityProfile;
  /** A new credential was sent and has not been used yet. */
  readonly rotationPending: boolean;
  readonly certificates: readonly StationCertificate[];
}

const columns = `serial_number AS "serialNumber", purpose, not_before AS "notBefore", not_after AS "notAfter",
                 revoked_at AS "revokedAt"`;

/** Credentials, profiles and certificates of stations (OCPP 1.6 Security Whitepaper, OCPP 2.0.1 block A). */
export class StationSecurityStore {
  constructor(private readonly client: Queryable) {}

  async read(deviceId: string): Promise<StationSecurity | null> {
    const [device, certificates] = await Promise.all([
      this.client.query<{ securityProfile: SecurityProfile; rotationPending: boolean }>(
        `SELECT security_profile AS "securityProfile", next_secret_hash IS NOT NULL AS "rotationPending"
           FROM devices WHERE id = $1`,
        [deviceId],
      ),
      this.client.query<StationCertificate>(
        `SELECT ${columns} FROM station_certificates WHERE device_id = $1 ORDER BY not_after DESC, serial_number`,
        [deviceId],
      ),
    ]);
    const [found] = device.rows;
    return found ? { ...found, certificates: certificates.rows } : null;
  }

  /** False: it would be lowered, which must be said (`lower`), or there is no such device. */
  async setProfile(deviceId: string, profile: SecurityProfile, lower: boolean): Promise<boolean> {
    const { rowCount } = await this.client.query(
      'UPDATE devices SET security_profile = $2 WHERE id = $1 AND ($3 OR security_profile <= $2)',
      [deviceId, profile, lower],
    );
    return rowCount === 1;
  }

  /** A fresh credential for a device; until it was used once, the old one goes on working. */
  async offerSecret(deviceId: string): Promise<string> {
    const secret = generateDeviceSecret();
    await this.client.query('UPDATE devices SET next_secret_hash = $2 WHERE id = $1', [
      deviceId,
      hashDeviceSecret(secret),
    ]);
    return secret;
  }

  async withdrawSecret(deviceId: string): Promise<void> {
    await this.client.query('UPDATE devices SET next_secret_hash = NULL WHERE id = $1', [deviceId]);
  }

  async recordCertificate(
    deviceId: string,
    certificate: Omit<StationCertificate, 'revokedAt'>,
  ): Promise<void> {
    await this.client.query(
      `INSERT INTO station_certificates (device_id, serial_number, purpose, not_before, not_after)
       VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
      [deviceId, certificate.serialNumber, certificate.purpose, certificate.notBefore, certificate.notAfter],
    );
  }

  /** From the next connection on it lets nobody in. False: there is no such certificate, or it was revoked before. */
  async revokeCertificate(deviceId: string, serialNumber: string, at: number): Promise<boolean> {
    const { rowCount } = await this.client.query(
      `UPDATE station_certificates SET revoked_at = $3
        WHERE device_id = $1 AND serial_number = $2 AND revoked_at IS NULL`,
      [deviceId, serialNumber, new Date(at)],
    );
    return rowCount === 1;
  }

  /** The newest certificates that run out before `before`, each told once; a renewed one is not worth a word. */
  async takeExpiring(now: number, before: number): Promise<readonly ExpiringCertificate[]> {
    const { rows } = await this.client.query<ExpiringCertificate>(
      `UPDATE station_certificates AS expiring SET expiry_noticed_at = $1
        WHERE expiry_noticed_at IS NULL AND not_after < $2 AND revoked_at IS NULL
          AND NOT EXISTS (SELECT FROM station_certificates AS newer
                           WHERE newer.device_id = expiring.device_id AND newer.purpose = expiring.purpose
                             AND newer.not_after >= $2)
        RETURNING device_id AS "deviceId", ${columns}`,
      [new Date(now), new Date(before)],
    );
    return rows;
  }
}
