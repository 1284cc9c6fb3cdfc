-- Up Migration
-- T2: a connection asked for by a key that nobody has. To who asked it looks like any other that was not answered.
CREATE TABLE connections_to_nobody (
  id uuid PRIMARY KEY,
  requester_id uuid NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  key_hash bytea NOT NULL,
  name text NOT NULL,
  requested_at timestamptz NOT NULL,
  requested_by text NOT NULL REFERENCES identity."user" (id),
  withdrawn_at timestamptz
);
CREATE UNIQUE INDEX connections_to_nobody_live ON connections_to_nobody (requester_id, key_hash)
  WHERE withdrawn_at IS NULL;

CREATE TABLE share_requests (
  id uuid PRIMARY KEY,
  connection_id uuid NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
  -- Who wants to receive, and who would give (CS-04).
  requester_id uuid NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  grantor_id uuid NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  level text NOT NULL CHECK (level IN ('customer', 'location', 'installation')),
  -- CS-05: not the connection's name.
  name text NOT NULL CHECK (name <> ''),
  message text,
  state text NOT NULL CHECK (state IN ('requested', 'rejected', 'withdrawn', 'approved', 'preparing', 'available',
    'processing', 'processed', 'failed', 'revoked')),
  failed_in text CHECK (failed_in IN ('preparing', 'processing')),
  failure text,
  -- The terms of the confirmation; null until then.
  terms jsonb,
  -- CS-31: the grant in whose place this request came.
  replaces_grant_id uuid REFERENCES grants (id) ON DELETE SET NULL,
  requested_at timestamptz NOT NULL,
  requested_by text NOT NULL REFERENCES identity."user" (id),
  answered_at timestamptz,
  answered_by text REFERENCES identity."user" (id),
  confirmed_at timestamptz,
  confirmed_by text REFERENCES identity."user" (id),
  available_at timestamptz,
  processing_by text REFERENCES identity."user" (id),
  processed_at timestamptz,
  ended_at timestamptz,
  -- Who took the last step, and when.
  changed_at timestamptz NOT NULL,
  changed_by text NOT NULL REFERENCES identity."user" (id),
  -- CS-45: a worker has it until then; a dead one's work is taken up by another.
  leased_until timestamptz,
  CHECK ((state = 'failed') = (failed_in IS NOT NULL))
);
CREATE INDEX share_requests_by_requester ON share_requests (requester_id, requested_at DESC);
CREATE INDEX share_requests_by_grantor ON share_requests (grantor_id, requested_at DESC);
CREATE INDEX share_requests_by_connection ON share_requests (connection_id);
CREATE INDEX share_requests_at_work ON share_requests (confirmed_at) WHERE state IN ('preparing', 'processing');

-- What was selected at the confirmation: one grant each.
CREATE TABLE share_objects (
  id uuid PRIMARY KEY,
  share_id uuid NOT NULL REFERENCES share_requests (id) ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('customer', 'location', 'installation')),
  object_id uuid NOT NULL,
  name text NOT NULL,
  grant_id uuid NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
  -- Where the requester wants it: {"existing": id} or {"create": {...}}; null until it is decided.
  destination jsonb,
  UNIQUE (share_id, kind, object_id)
);
CREATE INDEX share_objects_by_grant ON share_objects (grant_id);

-- What is to be taken over, outermost first: one step of the import each (CS-45).
CREATE TABLE share_items (
  id uuid PRIMARY KEY,
  share_id uuid NOT NULL REFERENCES share_requests (id) ON DELETE CASCADE,
  object_id uuid NOT NULL REFERENCES share_objects (id) ON DELETE CASCADE,
  position integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('customer', 'location', 'building', 'installation')),
  -- CS-46: whose row it is, and which.
  source_organisation_id uuid NOT NULL,
  source_id uuid NOT NULL,
  parent_source_id uuid,
  name text NOT NULL,
  -- offered: not taken yet; chosen: waits for the worker; taken; stopped: a revoke came first.
  state text NOT NULL DEFAULT 'offered' CHECK (state IN ('offered', 'chosen', 'taken', 'stopped')),
  -- The row in the requester's books; of an installation its placement.
  local_id uuid,
  taken_at timestamptz,
  UNIQUE (object_id, kind, source_id)
);
CREATE INDEX share_items_by_share ON share_items (share_id, position);

-- CS-37: an installation is not copied but stays linked, placed at a location of the organisation that works on it.
CREATE TABLE installation_placements (
  id uuid PRIMARY KEY,
  -- No reference: what was placed outlives the installation, as it was known then (CS-34).
  installation_id uuid NOT NULL,
  organisation_id uuid NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  location_id uuid NOT NULL REFERENCES locations (id) ON DELETE CASCADE,
  grant_id uuid NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
  placed_at timestamptz NOT NULL,
  -- The last that was known of it: as it was placed, then as it was when the access ended.
  known jsonb NOT NULL,
  archived_at timestamptz,
  UNIQUE (installation_id, organisation_id)
);
CREATE INDEX installation_placements_by_organisation ON installation_placements (organisation_id, installation_id);
CREATE INDEX installation_placements_by_grant ON installation_placements (grant_id) WHERE archived_at IS NULL;
