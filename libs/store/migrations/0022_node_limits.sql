-- Up Migration
-- Limits beneath the fuses of a location that can change at any time: of the grid operator, or of the contract.
CREATE TABLE node_limits (
  location_id uuid NOT NULL REFERENCES locations (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  -- A node of the location's fuse tree; a limit of a node that is gone waits for it to come back.
  node_id text NOT NULL CHECK (node_id <> ''),
  source text NOT NULL CHECK (source IN ('grid-operator', 'contract')),
  -- Per line L1, L2, L3, all loads of the node included.
  limit_a double precision[] NOT NULL CHECK (cardinality(limit_a) = 3 AND 0 <= ALL (limit_a)),
  valid_from timestamptz NOT NULL,
  -- Null: until it is taken away.
  valid_until timestamptz CHECK (valid_until > valid_from),
  updated_at timestamptz NOT NULL,
  updated_by text NOT NULL,
  PRIMARY KEY (location_id, id)
);
