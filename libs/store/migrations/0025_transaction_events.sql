-- Up Migration
-- OCPP 2.0.1 transactions: the station names them and tells them as numbered events (E01-E15), which may come late, twice,
-- in any order, or not at all.

-- The station's own name of a transaction; null: it has none (OCPP 1.6).
ALTER TABLE charging_transactions ADD COLUMN station_transaction_id text;
-- Where the car is in the charging loop, by the newest event that told; null: never told, or OCPP 1.6.
ALTER TABLE charging_transactions ADD COLUMN charging_state text;
-- Events that must exist, by their numbers, and were not received.
ALTER TABLE charging_transactions ADD COLUMN missing_events bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN charging_transactions.connector IS 'OCPP 2.0.1: the EVSE; 0 until an event named it';
COMMENT ON COLUMN charging_transactions.id_token IS 'OCPP 2.0.1: empty until an event named it';
COMMENT ON COLUMN charging_transactions.meter_start_wh IS 'OCPP 2.0.1: 0 until an event told the energy register';

-- What tells starts of OCPP 1.6 apart does not tell those of 2.0.1 apart: a clock at 1970 and no token yet are common there.
DO $$
DECLARE
  start_key CONSTANT text := (
    SELECT conname FROM pg_constraint WHERE conrelid = 'charging_transactions'::regclass AND contype = 'u');
BEGIN
  EXECUTE format('ALTER TABLE charging_transactions DROP CONSTRAINT %I', start_key);
END $$;
CREATE UNIQUE INDEX charging_transactions_start
  ON charging_transactions (device_id, connector, id_token, started_at, meter_start_wh)
  WHERE station_transaction_id IS NULL;
CREATE UNIQUE INDEX charging_transactions_station_id
  ON charging_transactions (device_id, station_transaction_id) WHERE station_transaction_id IS NOT NULL;
CREATE INDEX charging_transactions_at_connector ON charging_transactions (device_id, connector, id DESC)
  WHERE ended_at IS NULL;

CREATE TABLE transaction_events (
  device_id uuid NOT NULL,
  station_transaction_id text NOT NULL,
  sequence bigint NOT NULL,
  kind text NOT NULL CHECK (kind IN ('Started', 'Updated', 'Ended')),
  -- The device's clock, verbatim; may be wrong by decades. received_at is ours.
  device_time timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  evse smallint,
  -- The token the transaction is for; the token that ended it is not here.
  starting_token text,
  first_register_wh double precision,
  last_register_wh double precision,
  charging_state text,
  stop_reason text,
  -- What the event was answered about its token; null: it had none. A replay gets the same.
  token_status text,
  -- The event verbatim, signed meter values included.
  request jsonb NOT NULL,
  -- The kind is part of the key so that a station that repeats a number cannot lose the end of a transaction.
  PRIMARY KEY (device_id, station_transaction_id, sequence, kind)
);

-- What a location says of a token. A token that a person's remote start sent to this very device is accepted too: the gate
-- admitted that person. A blocked token stays blocked.
CREATE FUNCTION id_token_status(location uuid, device uuid, given_token text, remote_start_since timestamptz)
RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce((
    SELECT found.status FROM (
      SELECT status, 0 AS rank FROM id_tokens WHERE location_id = location AND token = given_token
      UNION ALL
      (SELECT 'Accepted', 1 FROM commands
        WHERE device_id = device AND state IN ('sent', 'accepted') AND sent_at >= remote_start_since
          AND request->>'action' = 'remote-start' AND request->>'idToken' = given_token
        LIMIT 1)
    ) AS found ORDER BY rank LIMIT 1
  ), 'Invalid')
$$;

-- Keeps one event and answers what the house now knows of its transaction, in one round trip. The transaction's row is
-- made anew from all its events, so that it is the same in whatever order they come; its lock lets one event in at a time.
CREATE FUNCTION record_transaction_event(
  given_device uuid, given_location uuid, given_id text, given_sequence bigint, given_kind text,
  given_time timestamptz, given_received_at timestamptz, given_evse smallint, given_starting_token text,
  given_first_wh double precision, given_last_wh double precision, given_state text, given_reason text,
  given_token text, remote_start_since timestamptz, given_request jsonb
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  held charging_transactions;
  facts record;
  status text;
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

  SELECT token_status INTO status FROM transaction_events
   WHERE device_id = given_device AND station_transaction_id = given_id
     AND sequence = given_sequence AND kind = given_kind;
  is_new := NOT FOUND;
  IF is_new THEN
    IF given_token IS NOT NULL THEN
      status := id_token_status(given_location, given_device, given_token, remote_start_since);
    END IF;
    INSERT INTO transaction_events VALUES (
      given_device, given_id, given_sequence, given_kind, given_time, given_received_at, given_evse, given_starting_token,
      given_first_wh, given_last_wh, given_state, given_reason, status, given_request);
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
    'tokenStatus', status,
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

-- What each connector of an EVSE last said, because the EVSE's status is made of all of them.
CREATE TABLE connector_statuses (
  device_id uuid NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
  evse smallint NOT NULL,
  connector smallint NOT NULL,
  status text NOT NULL,
  PRIMARY KEY (device_id, evse, connector)
);
