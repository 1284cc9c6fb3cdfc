-- Up Migration
-- What a device stops repeating once we have answered. Written before the answer, idempotent by the device's own key.
CREATE SEQUENCE journal_sequence;

CREATE TABLE charging_transactions (
  -- OCPP 1.6 transactionId: assigned by us, a positive 32-bit integer.
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  location_id uuid NOT NULL,
  device_id uuid NOT NULL,
  connector smallint NOT NULL,
  id_token text NOT NULL,
  -- The device's clock, verbatim; may be wrong by decades. received_at is ours.
  started_at timestamptz NOT NULL,
  start_received_at timestamptz NOT NULL,
  meter_start_wh double precision NOT NULL,
  ended_at timestamptz,
  end_received_at timestamptz,
  meter_stop_wh double precision,
  stop_reason text,
  -- Rises with every write, so that a projection can follow the journal.
  journal_sequence bigint NOT NULL DEFAULT nextval('journal_sequence'),
  -- Start is identified by (station, connector, idTag, timestamp, meterStart).
  UNIQUE (device_id, connector, id_token, started_at, meter_start_wh)
);
CREATE INDEX charging_transactions_by_location ON charging_transactions (location_id, started_at DESC, id DESC);
CREATE INDEX charging_transactions_by_device ON charging_transactions (device_id, started_at DESC);
CREATE INDEX charging_transactions_open ON charging_transactions (location_id) WHERE ended_at IS NULL;
CREATE INDEX charging_transactions_by_sequence ON charging_transactions (journal_sequence);

-- Stops that fit no transaction (unknown, 0 or -1): acknowledged, kept, and reconciled by a person.
CREATE TABLE quarantined_stops (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  location_id uuid NOT NULL,
  device_id uuid NOT NULL,
  transaction_id bigint NOT NULL,
  stopped_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  meter_stop_wh double precision NOT NULL,
  stop_reason text NOT NULL,
  UNIQUE (device_id, transaction_id, stopped_at, meter_stop_wh)
);

-- Events of alarm hubs, keyed by the hub's own sequence number.
CREATE TABLE hub_events (
  device_id uuid NOT NULL,
  sequence bigint NOT NULL,
  location_id uuid NOT NULL,
  category text NOT NULL,
  code text NOT NULL,
  zone text,
  text text NOT NULL,
  device_time timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  journal_sequence bigint NOT NULL DEFAULT nextval('journal_sequence'),
  PRIMARY KEY (device_id, sequence)
);
