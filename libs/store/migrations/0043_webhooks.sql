-- Up Migration
-- Addresses of other systems that are told what happens. The secret follows from the id and a key that only our processes have.
CREATE TABLE webhooks (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  url text NOT NULL,
  event_types text[] NOT NULL,
  secret_version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL
);
CREATE INDEX webhooks_by_organisation ON webhooks (organisation_id);

CREATE TABLE webhook_deliveries (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  webhook_id uuid NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
  type text NOT NULL,
  location_id uuid NOT NULL,
  payload jsonb NOT NULL,
  state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'delivered', 'dead', 'dropped')),
  attempts integer NOT NULL DEFAULT 0,
  -- What the receiver answered last, or why it could not be asked.
  status integer,
  reason text,
  queued_at timestamptz NOT NULL,
  next_at timestamptz NOT NULL,
  finished_at timestamptz
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_at) WHERE state = 'queued';
CREATE INDEX webhook_deliveries_of ON webhook_deliveries (webhook_id, queued_at DESC, id DESC);

-- One for each webhook of an organisation that installed the location or was given access to it; whether it may still be
-- told is judged when it is. In the transaction of what happened, so that nothing is told twice or not at all.
CREATE FUNCTION queue_deliveries(told_type text, told_location uuid, told_at timestamptz, told_payload jsonb)
RETURNS void LANGUAGE sql AS $$
  INSERT INTO webhook_deliveries (webhook_id, type, location_id, payload, queued_at, next_at)
  SELECT w.id, told_type, told_location, told_payload, told_at, told_at FROM webhooks w
   WHERE told_type = ANY(w.event_types) AND (
     w.organisation_id = (SELECT installed_by_organisation_id FROM locations WHERE id = told_location)
     OR EXISTS (SELECT FROM grants g WHERE g.grantee_organisation_id = w.organisation_id
          AND g.location_id = told_location AND g.revoked_at IS NULL))
$$;

CREATE FUNCTION tell_alert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM queue_deliveries('alert.raised', NEW.location_id, NEW.raised_at, jsonb_build_object(
      'alertId', NEW.id, 'deviceId', NEW.device_id, 'kind', NEW.type, 'at', NEW.raised_at, 'detail', NEW.detail));
  ELSIF NEW.state = 'cleared' AND OLD.state <> 'cleared' THEN
    PERFORM queue_deliveries('alert.cleared', NEW.location_id, NEW.cleared_at, jsonb_build_object(
      'alertId', NEW.id, 'deviceId', NEW.device_id, 'kind', NEW.type, 'at', NEW.cleared_at));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER alerts_told AFTER INSERT OR UPDATE OF state ON alerts FOR EACH ROW EXECUTE FUNCTION tell_alert();

CREATE FUNCTION tell_device_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  told CONSTANT text := CASE NEW.type
    WHEN 'transaction-started' THEN 'session.started' WHEN 'transaction-ended' THEN 'session.ended'
    WHEN 'connected' THEN 'device.connected' WHEN 'disconnected' THEN 'device.disconnected' END;
BEGIN
  -- A token opens chargers: it is in no message.
  IF told IS NOT NULL THEN
    PERFORM queue_deliveries(told, NEW.location_id, NEW.received_at, jsonb_build_object(
      'deviceId', NEW.device_id, 'at', NEW.at, 'detail', NEW.detail - 'idToken'));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER device_events_told AFTER INSERT ON device_events FOR EACH ROW EXECUTE FUNCTION tell_device_event();
