-- Up Migration
-- CP-01: the portal of a customer or of one location. The code follows from id and version; only its keyed hash is kept.
CREATE TABLE customer_portals (
  id uuid PRIMARY KEY,
  customer_id uuid UNIQUE REFERENCES customers (id) ON DELETE CASCADE,
  location_id uuid UNIQUE REFERENCES locations (id) ON DELETE CASCADE,
  state text NOT NULL CHECK (state IN ('off', 'on')),
  version integer NOT NULL,
  -- Rises with every change; sessions of another one are over.
  epoch integer NOT NULL,
  restricted boolean NOT NULL,
  -- T3: the location's when the code was made; 0 for a customer's.
  ownership_epoch integer NOT NULL,
  wrong_tokens integer NOT NULL,
  -- Null while it is off.
  code_hash bytea UNIQUE,
  changed_at timestamptz NOT NULL,
  CHECK (num_nonnulls(customer_id, location_id) = 1),
  CHECK (NOT restricted OR location_id IS NOT NULL),
  CHECK ((state = 'on') = (code_hash IS NOT NULL))
);

-- CP-11: made once.
CREATE TABLE installation_tokens (
  installation_id uuid PRIMARY KEY REFERENCES installations (id) ON DELETE CASCADE,
  token_hash bytea NOT NULL UNIQUE,
  made_at timestamptz NOT NULL
);

CREATE TABLE customer_portal_sessions (
  -- SHA-256 of the bearer token, which has 256 bits of its own.
  token_hash bytea PRIMARY KEY,
  portal_id uuid NOT NULL REFERENCES customer_portals (id) ON DELETE CASCADE,
  epoch integer NOT NULL,
  ownership_epoch integer NOT NULL,
  installation_id uuid REFERENCES installations (id) ON DELETE CASCADE,
  opened_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX customer_portal_sessions_by_age ON customer_portal_sessions (expires_at);

-- T3: the epoch of ownership in which the location came under its customer, or in which the customer's code was last made.
-- A customer's code of before a transfer does not show what passed to somebody else.
ALTER TABLE locations ADD COLUMN customer_epoch integer NOT NULL DEFAULT 1;
UPDATE locations SET customer_epoch = ownership_epoch;
