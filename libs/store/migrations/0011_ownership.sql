-- Up Migration
CREATE TABLE ownership_transfers (
  id uuid PRIMARY KEY,
  location_id uuid NOT NULL REFERENCES locations (id) ON DELETE CASCADE,
  recipient_email text NOT NULL,
  language text NOT NULL,
  state text NOT NULL CHECK (state IN ('initiated', 'accepted', 'rejected', 'cancelled', 'expired')),
  ownership_epoch integer NOT NULL,
  created_by text NOT NULL REFERENCES identity."user" (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  ended_by text
);
CREATE UNIQUE INDEX ownership_transfers_one ON ownership_transfers (location_id) WHERE state = 'initiated';
CREATE INDEX ownership_transfers_by_email ON ownership_transfers (recipient_email) WHERE state = 'initiated';

-- NB-52: who owned it when. The current epoch is in locations.
CREATE TABLE former_ownerships (
  id uuid PRIMARY KEY,
  location_id uuid NOT NULL REFERENCES locations (id) ON DELETE CASCADE,
  ownership_epoch integer NOT NULL,
  person_id text NOT NULL REFERENCES identity."user" (id) ON DELETE CASCADE,
  began_at timestamptz NOT NULL,
  ended_at timestamptz NOT NULL,
  UNIQUE (location_id, ownership_epoch)
);
CREATE INDEX former_ownerships_by_person ON former_ownerships (person_id, ended_at);
