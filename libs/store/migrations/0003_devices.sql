-- Up Migration
-- The electrical description of a location, edited and versioned as one document.
CREATE TABLE site_topology (
  location_id uuid PRIMARY KEY REFERENCES locations (id) ON DELETE CASCADE,
  version integer NOT NULL DEFAULT 1,
  document jsonb NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE devices (
  id uuid PRIMARY KEY,
  location_id uuid NOT NULL REFERENCES locations (id) ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('charger', 'balancer', 'hub')),
  -- OCPP charge point identity or MQTT client id: what the device calls itself on the wire.
  identity text NOT NULL UNIQUE CHECK (identity <> ''),
  name text NOT NULL,
  -- Salted SHA-256 of a generated 160-bit secret (libs/store/device-secret.ts); null: cannot connect yet.
  secret_hash text,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX devices_by_location ON devices (location_id);

-- Rises with every accepted connection of a device, across processes: the newest connection wins.
CREATE TABLE device_connections (
  device_id uuid PRIMARY KEY REFERENCES devices (id) ON DELETE CASCADE,
  connection_epoch bigint NOT NULL DEFAULT 0,
  -- When it last had a BootNotification accepted; a charger may reconnect without sending another (OCPP 1.6 4.2).
  booted_at timestamptz
);

-- What people want of a device, what it says of itself, and how often each changed.
CREATE TABLE twins (
  device_id uuid PRIMARY KEY REFERENCES devices (id) ON DELETE CASCADE,
  desired jsonb NOT NULL DEFAULT '{}',
  desired_version bigint NOT NULL DEFAULT 0,
  reported jsonb NOT NULL DEFAULT '{}',
  reported_version bigint NOT NULL DEFAULT 0
);

-- A command is a resource; its row outlives every process it passes through.
CREATE TABLE commands (
  id uuid PRIMARY KEY,
  -- Order of enqueueing: two commands of one millisecond still reach the device as they were given.
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  location_id uuid NOT NULL REFERENCES locations (id) ON DELETE CASCADE,
  device_id uuid NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
  request jsonb NOT NULL,
  person_id text NOT NULL,
  entitlement text NOT NULL,
  state text NOT NULL DEFAULT 'queued'
    CHECK (state IN ('queued', 'sent', 'accepted', 'rejected', 'expired', 'failed', 'dropped')),
  -- The device's verbatim answer, or our own sentence when there was none.
  answer jsonb,
  reason text,
  enqueued_at timestamptz NOT NULL,
  deadline timestamptz NOT NULL,
  sent_at timestamptz,
  finished_at timestamptz
);
CREATE INDEX commands_by_device ON commands (device_id, enqueued_at DESC, id);
CREATE INDEX commands_waiting ON commands (device_id) WHERE state IN ('queued', 'sent');

-- Ownership epochs of bus partitions: a new owner takes the next number, and what carries an older one is refused.
CREATE TABLE partition_epochs (
  consumer_group text NOT NULL,
  partition smallint NOT NULL,
  epoch bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (consumer_group, partition)
);

-- Tokens (RFID cards and the like) a location accepts: OCPP 1.6 idTag.
CREATE TABLE id_tokens (
  location_id uuid NOT NULL REFERENCES locations (id) ON DELETE CASCADE,
  token text NOT NULL CHECK (token <> ''),
  status text NOT NULL DEFAULT 'Accepted' CHECK (status IN ('Accepted', 'Blocked', 'Expired')),
  PRIMARY KEY (location_id, token)
);
