-- Up Migration
-- Hardware as it left the factory, whoever it belongs to today. The PIN is on its sticker; only a keyed hash of it is kept.
CREATE TABLE factory_devices (
  serial text PRIMARY KEY CHECK (serial ~ '^[0-9A-Z][0-9A-Z._-]{3,31}$'),
  pin_hash bytea NOT NULL,
  kind text NOT NULL CHECK (kind IN ('charger', 'balancer', 'hub')),
  model text NOT NULL CHECK (model <> ''),
  -- Of the credential it connects with until it has one of its own, and again after a factory reset.
  bootstrap_secret_hash text NOT NULL,
  state text NOT NULL DEFAULT 'manufactured' CHECK (state IN ('manufactured', 'claimed', 'retired')),
  -- T1: since the last right one. From a hundred on no PIN opens it until an operator unlocks it.
  wrong_pins integer NOT NULL DEFAULT 0,
  imported_at timestamptz NOT NULL,
  imported_by text NOT NULL
);

-- The device still has the credential it left the factory with.
ALTER TABLE devices ADD COLUMN bootstrap_credential boolean NOT NULL DEFAULT false;
