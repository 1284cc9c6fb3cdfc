-- Up Migration
-- One row per sample. A hypertable where TimescaleDB is there, otherwise native daily partitions made by the writer.
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'timescaledb') THEN
    CREATE EXTENSION IF NOT EXISTS timescaledb;
  END IF;
END $$;

DO $$
DECLARE
  hypertable CONSTANT boolean := EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'timescaledb');
BEGIN
  EXECUTE 'CREATE TABLE readings (
    time timestamptz NOT NULL,
    device_id uuid NOT NULL,
    connector smallint NOT NULL,
    current_l1_a real, current_l2_a real, current_l3_a real,
    voltage_l1_v real, voltage_l2_v real, voltage_l3_v real,
    power_w real,
    energy_wh double precision
  )' || CASE WHEN hypertable THEN '' ELSE ' PARTITION BY RANGE (time)' END;
  IF hypertable THEN
    PERFORM create_hypertable('readings', 'time', chunk_time_interval => INTERVAL '1 day', create_default_indexes => FALSE);
  END IF;
END $$;
CREATE INDEX readings_by_device ON readings (device_id, connector, time DESC);

-- Means and extremes per minute, kept by the writer in the same transaction as the readings.
CREATE TABLE readings_1m (
  minute timestamptz NOT NULL,
  device_id uuid NOT NULL,
  connector smallint NOT NULL,
  samples integer NOT NULL,
  current_l1_a_sum double precision NOT NULL, current_l2_a_sum double precision NOT NULL, current_l3_a_sum double precision NOT NULL,
  current_l1_a_max real NOT NULL, current_l2_a_max real NOT NULL, current_l3_a_max real NOT NULL,
  power_w_sum double precision NOT NULL,
  energy_wh_last double precision,
  PRIMARY KEY (device_id, connector, minute)
);

-- The latest state of a device as libs/devices reduces it; written at most once a second per device.
CREATE TABLE device_states (
  device_id uuid PRIMARY KEY,
  location_id uuid NOT NULL,
  state jsonb NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX device_states_by_location ON device_states (location_id);

-- What happened to a device, for people to read.
CREATE TABLE device_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  location_id uuid NOT NULL,
  device_id uuid NOT NULL,
  at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  type text NOT NULL,
  severity text NOT NULL CHECK (severity IN ('information', 'warning', 'fault', 'alarm')),
  detail jsonb NOT NULL,
  -- The event's own key, so that a message delivered twice is listed once.
  source_key text NOT NULL UNIQUE
);
CREATE INDEX device_events_by_device ON device_events (device_id, id DESC);
