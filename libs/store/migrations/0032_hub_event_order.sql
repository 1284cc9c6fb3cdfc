-- Up Migration
-- A hub's events are read in the order of the hub, also those that came late because the journal had a gap.
-- `sequence`: the hub's own number; null for everything else.
ALTER TABLE device_events ADD COLUMN sequence bigint;
-- Where it stands in the list: at its own id, or, late, at the place of its neighbour in sequence.
ALTER TABLE device_events ADD COLUMN place bigint;
UPDATE device_events SET sequence = (detail ->> 'sequence')::bigint WHERE type LIKE 'hub-%' AND detail ? 'sequence';

CREATE FUNCTION place_device_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  later bigint;
  earlier bigint;
BEGIN
  NEW.place := NEW.id;
  IF NEW.sequence IS NOT NULL THEN
    -- Look at the nearest neighbours only; the usual event has none above it.
    SELECT place INTO later FROM device_events
     WHERE device_id = NEW.device_id AND sequence > NEW.sequence ORDER BY sequence LIMIT 1;
    IF FOUND THEN
      SELECT place INTO earlier FROM device_events
       WHERE device_id = NEW.device_id AND sequence < NEW.sequence ORDER BY sequence DESC LIMIT 1;
      NEW.place := COALESCE(earlier, later);
    END IF;
  END IF;
  RETURN NEW;
END $$;
UPDATE device_events SET place = id;
ALTER TABLE device_events ALTER COLUMN place SET NOT NULL;
CREATE TRIGGER device_events_have_a_place BEFORE INSERT ON device_events
  FOR EACH ROW EXECUTE FUNCTION place_device_event();

CREATE INDEX device_events_by_sequence ON device_events (device_id, sequence) WHERE sequence IS NOT NULL;
CREATE INDEX device_events_by_place ON device_events (device_id, place DESC, (COALESCE(sequence, 0)) DESC, id DESC);
DROP INDEX device_events_by_device;
