-- Up Migration
CREATE TABLE connections (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('sharing', 'reseller')),
  requester_id uuid NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  counterparty_id uuid NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  -- What the requester calls it.
  name text NOT NULL,
  state text NOT NULL CHECK (state IN ('requested', 'active', 'rejected', 'withdrawn', 'closed')),
  requested_at timestamptz NOT NULL,
  requested_by text NOT NULL REFERENCES identity."user" (id),
  answered_at timestamptz,
  answered_by text REFERENCES identity."user" (id),
  ended_at timestamptz,
  ended_by text REFERENCES identity."user" (id),
  CHECK (requester_id <> counterparty_id)
);
-- One live connection of a kind between two organisations, whoever asked.
CREATE UNIQUE INDEX connections_live ON connections (
  kind, LEAST(requester_id, counterparty_id), GREATEST(requester_id, counterparty_id)
) WHERE state IN ('requested', 'active');
CREATE INDEX connections_by_requester ON connections (requester_id, requested_at DESC);
CREATE INDEX connections_by_counterparty ON connections (counterparty_id, requested_at DESC);

-- What waits for, or was told to, an organisation (CS-10, CS-38).
CREATE TABLE inbox_entries (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  kind text NOT NULL,
  -- What it is about: a connection, a share request, a service.
  subject_id uuid NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}',
  at timestamptz NOT NULL,
  read_at timestamptz,
  read_by text REFERENCES identity."user" (id)
);
CREATE INDEX inbox_entries_by_organisation ON inbox_entries (organisation_id, at DESC, id);
