-- Up Migration
-- OCPP 1.6 Security Whitepaper 2, OCPP 2.0.1 A00: the least a station must prove to be let in. 0 none (laboratories only),
-- 1 password, 2 password over TLS, 3 its own certificate over TLS.
ALTER TABLE devices ADD COLUMN security_profile smallint NOT NULL DEFAULT 1 CHECK (security_profile BETWEEN 0 AND 3);
-- A credential on its way to the device: both let it in until the new one was used once, so that it stays reachable.
ALTER TABLE devices ADD COLUMN next_secret_hash text;

-- The certificates our authority signed for stations. Their private keys never leave the stations.
CREATE TABLE station_certificates (
  device_id uuid NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
  -- Hexadecimal, lower case.
  serial_number text NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('ChargingStationCertificate', 'V2GCertificate')),
  not_before timestamptz NOT NULL,
  not_after timestamptz NOT NULL,
  revoked_at timestamptz,
  -- When people were told that it runs out.
  expiry_noticed_at timestamptz,
  PRIMARY KEY (device_id, serial_number)
);
CREATE INDEX station_certificates_by_expiry ON station_certificates (not_after) WHERE expiry_noticed_at IS NULL;
