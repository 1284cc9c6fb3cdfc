-- Up Migration
-- Charging data as a file, made in the background (NB-90). What it may hold was decided when it was asked for.
CREATE TABLE exports (
  id uuid PRIMARY KEY,
  location_id uuid NOT NULL REFERENCES locations (id) ON DELETE CASCADE,
  person_id text NOT NULL REFERENCES identity."user" (id) ON DELETE CASCADE,
  -- By what right; a former owner keeps what he took along in his own time (NB-52).
  entitlement text NOT NULL,
  own_only boolean NOT NULL,
  format text NOT NULL CHECK (format IN ('csv', 'xlsx')),
  -- Sessions that began in this time, half-open; never before the sender's own history begins.
  from_at timestamptz NOT NULL,
  to_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'ready', 'failed')),
  reason text,
  sessions integer NOT NULL DEFAULT 0,
  total integer,
  requested_at timestamptz NOT NULL,
  -- Of the process that works on it; one that is silent for long has died.
  touched_at timestamptz,
  expires_at timestamptz NOT NULL
);
CREATE INDEX exports_waiting ON exports (requested_at) WHERE state IN ('queued', 'running');
CREATE INDEX exports_by_end ON exports (expires_at);

CREATE TABLE export_pieces (
  export_id uuid NOT NULL REFERENCES exports (id) ON DELETE CASCADE,
  number integer NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (export_id, number)
);
