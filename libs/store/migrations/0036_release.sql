-- Up Migration
-- What was at a location and is there no more: reset to how it left the factory, or removed without its help.
CREATE TABLE released_devices (
  device_id uuid PRIMARY KEY,
  location_id uuid NOT NULL REFERENCES locations (id) ON DELETE CASCADE,
  kind text NOT NULL,
  identity text NOT NULL,
  name text NOT NULL,
  added_at timestamptz NOT NULL,
  released_at timestamptz NOT NULL,
  released_by text,
  how text NOT NULL CHECK (how IN ('factory-reset', 'removed')),
  -- Its last wishes and its last words.
  desired jsonb NOT NULL,
  reported jsonb NOT NULL
);
CREATE INDEX released_devices_by_location ON released_devices (location_id, released_at DESC);

-- Commands, ended grants and services are the history of the location: they stay when the device goes.
ALTER TABLE commands DROP CONSTRAINT commands_device_id_fkey;
ALTER TABLE grants DROP CONSTRAINT grants_device_id_fkey;
ALTER TABLE services DROP CONSTRAINT services_device_id_fkey;
CREATE INDEX commands_factory_reset ON commands (device_id)
  WHERE state = 'accepted' AND request->>'action' = 'factory-reset';
