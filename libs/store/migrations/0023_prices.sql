-- Up Migration
-- A price series as it was given, once for however many locations were given the same: its id is the hash of its content.
CREATE TABLE price_series (
  hash bytea PRIMARY KEY,
  currency char(3) NOT NULL,
  -- [[from, until, price per kWh], ...]; instants in milliseconds since the epoch, ascending, free of overlaps.
  slots jsonb NOT NULL,
  valid_from timestamptz NOT NULL,
  valid_until timestamptz NOT NULL CHECK (valid_until > valid_from)
);

-- Which series a location was given. The later lies over the earlier: what it covers is its own, the rest stays.
CREATE TABLE location_prices (
  location_id uuid NOT NULL REFERENCES locations (id) ON DELETE CASCADE,
  hash bytea NOT NULL REFERENCES price_series (hash),
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  given_at timestamptz NOT NULL,
  given_by text NOT NULL,
  PRIMARY KEY (location_id, hash)
);
CREATE INDEX location_prices_by_series ON location_prices (hash);
