-- Up Migration
-- What OCPP 2.0.1 stations tell of themselves (blocks B, K, N, O).

-- Which firmware was asked for its whole device model; null: none yet.
CREATE TABLE device_inventories (
  device_id uuid PRIMARY KEY REFERENCES devices (id) ON DELETE CASCADE,
  firmware_version text NOT NULL,
  asked_for text
);
