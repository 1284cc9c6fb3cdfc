-- Up Migration
-- What OCPP 2.0.1 stations tell of themselves (blocks B, K, N, O).

-- Which firmware was asked for its whole device model; null: none yet.
CREATE TABLE device_inventories (
  device_id uuid PRIMARY KEY REFERENCES devices (id) ON DELETE CASCADE,
  firmware_version text NOT NULL,
  asked_for text
);

-- The device model: one row per attribute of a variable (part 1, 4). Places that a level does not have are '' and 0.
CREATE TABLE device_variables (
  device_id uuid NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
  component text NOT NULL,
  component_instance text NOT NULL,
  evse integer NOT NULL,
  connector integer NOT NULL,
  variable text NOT NULL,
  variable_instance text NOT NULL,
  attribute text NOT NULL,
  -- Null: the station did not tell it, or it may only be written.
  value text,
  mutability text,
  persistent boolean,
  constant boolean,
  unit text,
  data_type text,
  minimum double precision,
  maximum double precision,
  values_list text,
  supports_monitoring boolean,
  reported_at timestamptz NOT NULL,
  PRIMARY KEY (device_id, component, component_instance, evse, connector, variable, variable_instance, attribute)
);

-- Monitors a station has set on its variables (N02-N05).
CREATE TABLE device_monitors (
  device_id uuid NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
  monitor_id bigint NOT NULL,
  -- Component.Variable@evse, as libs/protocols/ocpp201/variable-key.ts writes it.
  variable_key text NOT NULL,
  type text NOT NULL,
  value double precision NOT NULL,
  severity smallint NOT NULL,
  only_in_transaction boolean NOT NULL,
  reported_at timestamptz NOT NULL,
  PRIMARY KEY (device_id, monitor_id)
);

-- Lists that stations tell on request, one document per item: display messages (O03), charging profiles (K09).
CREATE TABLE device_documents (
  device_id uuid NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('display-message', 'charging-profile')),
  item_id text NOT NULL,
  document jsonb NOT NULL,
  reported_at timestamptz NOT NULL,
  PRIMARY KEY (device_id, kind, item_id)
);

-- Parts of a report, by the request they answer; a report is complete when all parts up to the last are here.
CREATE TABLE device_report_parts (
  device_id uuid NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('variables', 'monitors', 'customer-information')),
  request_id bigint NOT NULL,
  sequence bigint NOT NULL,
  is_last boolean NOT NULL,
  -- What has no table of its own; null where the part was stored elsewhere.
  content text,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (device_id, kind, request_id, sequence)
);
