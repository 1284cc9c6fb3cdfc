-- Up Migration
-- What became of a stop that fitted no transaction: a person matched it with one, or set it aside.
ALTER TABLE quarantined_stops
  ADD COLUMN resolution text CHECK (resolution IN ('matched', 'dismissed')),
  ADD COLUMN resolved_at timestamptz,
  ADD COLUMN matched_transaction_id integer;
CREATE INDEX quarantined_stops_open ON quarantined_stops (location_id, id) WHERE resolution IS NULL;
