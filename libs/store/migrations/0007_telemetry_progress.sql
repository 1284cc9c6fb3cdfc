-- Up Migration
-- How far a projection has followed the journal (journal_sequence of charging_transactions and hub_events).
CREATE TABLE projection_progress (
  projection text PRIMARY KEY,
  journal_sequence bigint NOT NULL
);

-- A meter that does not tell its power leaves the mean unknown, not zero.
ALTER TABLE readings_1m ALTER COLUMN power_w_sum DROP NOT NULL;

CREATE INDEX hub_events_by_sequence ON hub_events (journal_sequence);
