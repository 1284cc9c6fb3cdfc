-- Up Migration
-- NB-61: what somebody looked at and found right. Computed items of a checklist are in no table.
CREATE TABLE checklist_ticks (
  location_id uuid NOT NULL REFERENCES locations (id) ON DELETE CASCADE,
  -- Null: an item of the location itself.
  device_id uuid REFERENCES devices (id) ON DELETE CASCADE,
  item text NOT NULL,
  note text,
  ticked_by text NOT NULL,
  ticked_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX checklist_ticks_once ON checklist_ticks (location_id, device_id, item) NULLS NOT DISTINCT;

-- NB-74: what a charger answered to a test of its residual-current device.
CREATE TABLE residual_current_tests (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  location_id uuid NOT NULL REFERENCES locations (id) ON DELETE CASCADE,
  -- No reference: the record outlives the device.
  device_id uuid NOT NULL,
  connector smallint NOT NULL,
  passed boolean NOT NULL,
  trip_ms double precision,
  current_ma double precision,
  tested_at timestamptz NOT NULL,
  person_id text
);
CREATE INDEX residual_current_tests_latest ON residual_current_tests (device_id, connector, id DESC);

-- Whether the latest test at a connector failed. Where no connector is named (0 or null): at every connector of the charger that
-- the fuse tree knows, and at one at least.
CREATE FUNCTION residual_current_failed(device uuid, at_connector integer) RETURNS boolean LANGUAGE sql STABLE AS $$
  WITH latest AS (
    SELECT DISTINCT ON (connector) connector, passed FROM residual_current_tests
     WHERE device_id = device ORDER BY connector, id DESC
  )
  SELECT EXISTS (SELECT FROM latest WHERE NOT passed AND (connector = at_connector OR coalesce(at_connector, 0) = 0))
     AND (coalesce(at_connector, 0) <> 0 OR NOT EXISTS (
       SELECT FROM devices JOIN site_topology USING (location_id)
         CROSS JOIN jsonb_array_elements(site_topology.document->'connectors') AS wired
        WHERE devices.id = device AND wired->>'deviceId' = device::text
          AND NOT EXISTS (SELECT FROM latest WHERE NOT passed AND connector = (wired->>'connector')::integer)))
$$;

-- What a location says of a token where it was presented: nobody charges behind a residual-current device that failed its test.
CREATE FUNCTION id_token_info_at(location uuid, device uuid, at_connector integer, given_token text, remote_start_since timestamptz)
RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN residual_current_failed(device, at_connector)
    THEN jsonb_build_object('status', 'Blocked', 'groupToken', NULL, 'expiresAt', NULL)
    ELSE id_token_info(location, device, given_token, remote_start_since) END
$$;

-- The function of 0025 asks the same of the EVSE of its event.
DO $$
DECLARE
  asked CONSTANT text := 'id_token_status(given_location, given_device, given_token, remote_start_since)';
  definition text := pg_get_functiondef('record_transaction_event'::regproc);
BEGIN
  IF position(asked IN definition) = 0 THEN
    RAISE EXCEPTION 'record_transaction_event does not ask for the status of a token';
  END IF;
  EXECUTE replace(definition, asked,
    'id_token_info_at(given_location, given_device, coalesce(given_evse, held.connector), given_token, remote_start_since)->>''status''');
END $$;
