-- Up Migration
-- OCPP 2.0.1 E: the answer to an event tells all the location says of its token (IdTokenInfoType: the group, and how long the
-- answer may be kept), not its status alone.

-- What the event was answered about its token; null: it had none. A replay gets the same: the status alone where that was all.
ALTER TABLE transaction_events RENAME COLUMN token_status TO token_info;
ALTER TABLE transaction_events ALTER COLUMN token_info TYPE jsonb USING
  CASE WHEN token_info IS NOT NULL
    THEN jsonb_build_object('status', token_info, 'groupToken', NULL, 'expiresAt', NULL) END;

-- Keeps one event and answers what the house now knows of its transaction, in one round trip. The transaction's row is
-- made anew from all its events, so that it is the same in whatever order they come; its lock lets one event in at a time.
CREATE OR REPLACE FUNCTION record_transaction_event(
  given_device uuid, given_location uuid, given_id text, given_sequence bigint, given_kind text,
  given_time timestamptz, given_received_at timestamptz, given_evse smallint, given_starting_token text,
  given_first_wh double precision, given_last_wh double precision, given_state text, given_reason text,
  given_token text, remote_start_since timestamptz, given_request jsonb
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  held charging_transactions;
  facts record;
  token jsonb;
  is_new boolean;
  start_changed boolean;
  end_changed boolean;
BEGIN
  SELECT * INTO held FROM charging_transactions
   WHERE device_id = given_device AND station_transaction_id = given_id FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO charging_transactions
      (location_id, device_id, connector, id_token, started_at, start_received_at, meter_start_wh, station_transaction_id)
    VALUES (given_location, given_device, 0, '', given_time, given_received_at, 0, given_id)
    ON CONFLICT (device_id, station_transaction_id) WHERE station_transaction_id IS NOT NULL DO NOTHING;
    SELECT * INTO STRICT held FROM charging_transactions
     WHERE device_id = given_device AND station_transaction_id = given_id FOR UPDATE;
  END IF;

  SELECT token_info INTO token FROM transaction_events
   WHERE device_id = given_device AND station_transaction_id = given_id
     AND sequence = given_sequence AND kind = given_kind;
  is_new := NOT FOUND;
  IF is_new THEN
    IF given_token IS NOT NULL THEN
      token := id_token_info_at(
        given_location, given_device, coalesce(given_evse, held.connector), given_token, remote_start_since);
    END IF;
    INSERT INTO transaction_events VALUES (
      given_device, given_id, given_sequence, given_kind, given_time, given_received_at, given_evse, given_starting_token,
      given_first_wh, given_last_wh, given_state, given_reason, token, given_request);
  END IF;

  SELECT
    coalesce((array_agg(evse ORDER BY place) FILTER (WHERE evse IS NOT NULL))[1], 0) AS connector,
    coalesce((array_agg(starting_token ORDER BY place) FILTER (WHERE starting_token IS NOT NULL))[1], '') AS id_token,
    (array_agg(device_time ORDER BY kind <> 'Started', place))[1] AS started_at,
    min(received_at) AS start_received_at,
    coalesce((array_agg(first_register_wh ORDER BY place) FILTER (WHERE first_register_wh IS NOT NULL))[1], 0) AS meter_start_wh,
    (array_agg(device_time ORDER BY place) FILTER (WHERE kind = 'Ended'))[1] AS ended_at,
    (array_agg(received_at ORDER BY place) FILTER (WHERE kind = 'Ended'))[1] AS end_received_at,
    (array_agg(last_register_wh ORDER BY place DESC) FILTER (WHERE last_register_wh IS NOT NULL))[1] AS last_register_wh,
    (array_agg(stop_reason ORDER BY place) FILTER (WHERE kind = 'Ended'))[1] AS stop_reason,
    (array_agg(charging_state ORDER BY place DESC) FILTER (WHERE charging_state IS NOT NULL))[1] AS charging_state,
    max(place) FILTER (WHERE charging_state IS NOT NULL) AS state_place,
    coalesce(bool_or(charging_state IN ('Charging', 'SuspendedEV', 'SuspendedEVSE')), false) AS has_charged,
    bool_or(kind = 'Started') AS start_seen,
    max(sequence) - min(sequence) + 1 - count(DISTINCT sequence) AS gaps
  INTO facts
  FROM (
    -- The place of an event among the others: by number, and Started, Updated, Ended where a number was repeated.
    SELECT *, sequence * 3 + array_position(ARRAY['Started', 'Updated', 'Ended'], kind) AS place
      FROM transaction_events WHERE device_id = given_device AND station_transaction_id = given_id
  ) AS events;

  start_changed := (held.connector, held.id_token, held.started_at, held.start_received_at, held.meter_start_wh)
    IS DISTINCT FROM (facts.connector, facts.id_token, facts.started_at, facts.start_received_at, facts.meter_start_wh);
  end_changed := (held.ended_at, held.end_received_at, held.meter_stop_wh, held.stop_reason) IS DISTINCT FROM (
    facts.ended_at, facts.end_received_at,
    CASE WHEN facts.ended_at IS NOT NULL THEN facts.last_register_wh END, facts.stop_reason);

  UPDATE charging_transactions SET
    connector = facts.connector, id_token = facts.id_token, started_at = facts.started_at,
    start_received_at = facts.start_received_at, meter_start_wh = facts.meter_start_wh,
    ended_at = facts.ended_at, end_received_at = facts.end_received_at,
    meter_stop_wh = CASE WHEN facts.ended_at IS NOT NULL THEN facts.last_register_wh END,
    stop_reason = facts.stop_reason, charging_state = facts.charging_state,
    -- A start that was not received is missing whatever its number.
    missing_events = facts.gaps + CASE WHEN facts.start_seen THEN 0 ELSE 1 END,
    -- Only what others are told raises the number they follow.
    journal_sequence = CASE WHEN start_changed OR end_changed THEN nextval('journal_sequence') ELSE journal_sequence END
  WHERE id = held.id AND (
    start_changed OR end_changed OR charging_state IS DISTINCT FROM facts.charging_state
    OR missing_events <> facts.gaps + CASE WHEN facts.start_seen THEN 0 ELSE 1 END);

  RETURN jsonb_build_object(
    'transactionId', held.id,
    'replayed', NOT is_new,
    'token', token,
    'connector', facts.connector,
    'idToken', facts.id_token,
    'startedAt', extract(epoch FROM facts.started_at) * 1000,
    'startReceivedAt', extract(epoch FROM facts.start_received_at) * 1000,
    'meterStart_Wh', facts.meter_start_wh,
    'startChanged', start_changed,
    'endedAt', extract(epoch FROM facts.ended_at) * 1000,
    'endReceivedAt', extract(epoch FROM facts.end_received_at) * 1000,
    'meterStop_Wh', facts.last_register_wh,
    'stopReason', facts.stop_reason,
    'endChanged', end_changed,
    'chargingState', facts.charging_state,
    'stateIsNews', is_new AND given_state IS NOT NULL AND facts.state_place
      = given_sequence * 3 + array_position(ARRAY['Started', 'Updated', 'Ended'], given_kind),
    'hasCharged', facts.has_charged,
    'missingEvents', facts.gaps + CASE WHEN facts.start_seen THEN 0 ELSE 1 END
  );
END $$;

-- What orders what a device told: its clock where that can be true, and never later than we heard of it. The same as orderTime
-- of libs/devices/device-time.ts.
CREATE FUNCTION order_time(device_time timestamptz, received_at timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN device_time > received_at OR device_time < received_at - interval '7 days'
    THEN received_at ELSE device_time END
$$;
