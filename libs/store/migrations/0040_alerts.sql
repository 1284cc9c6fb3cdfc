-- Up Migration
-- Rules that somebody set; where none is, the organisation's counts, and then the one every location has.
CREATE TABLE alert_rules (
  location_id uuid REFERENCES locations (id) ON DELETE CASCADE,
  organisation_id uuid REFERENCES organisations (id) ON DELETE CASCADE,
  type text NOT NULL,
  enabled boolean NOT NULL,
  after_s integer NOT NULL,
  clear_after_s integer NOT NULL,
  threshold_percent integer,
  mail boolean NOT NULL,
  set_at timestamptz NOT NULL,
  set_by text NOT NULL,
  CHECK ((location_id IS NULL) <> (organisation_id IS NULL))
);
CREATE UNIQUE INDEX alert_rules_of_location ON alert_rules (location_id, type) WHERE location_id IS NOT NULL;
CREATE UNIQUE INDEX alert_rules_of_organisation ON alert_rules (organisation_id, type) WHERE organisation_id IS NOT NULL;

CREATE TABLE alerts (
  id uuid PRIMARY KEY,
  -- Of the location the device was at; what it does elsewhere later is another alert.
  location_id uuid NOT NULL REFERENCES locations (id) ON DELETE CASCADE,
  device_id uuid NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
  type text NOT NULL,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'acknowledged', 'cleared')),
  detail jsonb NOT NULL,
  raised_at timestamptz NOT NULL,
  acknowledged_at timestamptz,
  acknowledged_by text,
  -- When the condition was found to be over; it clears when that lasted.
  gone_since timestamptz,
  cleared_at timestamptz
);
CREATE UNIQUE INDEX alerts_open ON alerts (device_id, type) WHERE state <> 'cleared';
CREATE INDEX alerts_by_location ON alerts (location_id, raised_at DESC, id DESC);

-- What the alerts of a device go by beside its state, and when to look again although it says nothing.
CREATE TABLE alert_watches (
  device_id uuid PRIMARY KEY REFERENCES devices (id) ON DELETE CASCADE,
  memory jsonb NOT NULL,
  look_at timestamptz
);
CREATE INDEX alert_watches_due ON alert_watches (look_at) WHERE look_at IS NOT NULL;
