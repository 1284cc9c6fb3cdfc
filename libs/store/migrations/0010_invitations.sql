-- Up Migration
-- NB-06: the key an organisation hands out itself. Only its keyed hash is kept; the key follows from id and version.
ALTER TABLE organisations ADD COLUMN key_version integer NOT NULL DEFAULT 1;
ALTER TABLE organisations ADD COLUMN key_hash bytea UNIQUE;

-- T3: what was made in one epoch of ownership opens nothing in the next. NB-52: history begins with the epoch; null is
-- the first, which began with the location.
ALTER TABLE locations ADD COLUMN ownership_epoch integer NOT NULL DEFAULT 1;
ALTER TABLE locations ADD COLUMN ownership_began_at timestamptz;
-- NB-51: a partner's grant waits for the new owner's word.
ALTER TABLE grants ADD COLUMN suspended_at timestamptz;

CREATE TABLE invitations (
  id uuid PRIMARY KEY,
  location_id uuid NOT NULL REFERENCES locations (id) ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('person', 'organisation', 'code')),
  email text,
  -- Null also for a key that nobody has: the inviter must not see the difference (NB-07).
  organisation_id uuid REFERENCES organisations (id) ON DELETE SET NULL,
  role text NOT NULL CHECK (role IN ('guest', 'partner')),
  grant_expires_at timestamptz,
  language text NOT NULL,
  -- T1: keyed; the code itself is nowhere.
  code_hash bytea NOT NULL UNIQUE,
  state text NOT NULL CHECK (state IN ('pending', 'accepted', 'declined', 'expired', 'revoked', 'superseded', 'void')),
  created_by text NOT NULL REFERENCES identity."user" (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ownership_epoch integer NOT NULL,
  redemptions integer NOT NULL DEFAULT 0,
  maximum_redemptions integer NOT NULL,
  failures integer NOT NULL DEFAULT 0,
  ended_at timestamptz,
  ended_by text,
  CHECK ((kind = 'person') = (email IS NOT NULL))
);
-- NB-34, NB-21.
CREATE UNIQUE INDEX invitations_one_code ON invitations (location_id) WHERE kind = 'code' AND state = 'pending';
CREATE UNIQUE INDEX invitations_one_person ON invitations (location_id, email) WHERE kind = 'person' AND state = 'pending';
CREATE INDEX invitations_by_location ON invitations (location_id) WHERE state = 'pending';
CREATE INDEX invitations_by_email ON invitations (email) WHERE state = 'pending';
CREATE INDEX invitations_by_organisation ON invitations (organisation_id) WHERE state = 'pending';

CREATE TABLE membership_invitations (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  email text NOT NULL,
  role text NOT NULL CHECK (role IN ('administrator', 'installer')),
  language text NOT NULL,
  state text NOT NULL CHECK (state IN ('invited', 'active', 'withdrawn', 'expired')),
  created_by text NOT NULL REFERENCES identity."user" (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE UNIQUE INDEX membership_invitations_one ON membership_invitations (organisation_id, email) WHERE state = 'invited';
CREATE INDEX membership_invitations_by_email ON membership_invitations (email) WHERE state = 'invited';

-- Mail waits here, so that an answer never takes as long as a mail server (T2). It names what it is about; what it says
-- and to whom is worked out when it is sent (T9), so no code lies here.
CREATE TABLE mail_queue (
  id uuid PRIMARY KEY,
  template text NOT NULL,
  -- Null where the recipients are worked out when it is sent.
  recipient text,
  subject_id uuid,
  language text NOT NULL,
  -- Only for the link that confirms an address; emptied once sent.
  link text,
  queued_at timestamptz NOT NULL,
  not_before timestamptz NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  done_at timestamptz,
  outcome text
);
CREATE INDEX mail_queue_waiting ON mail_queue (not_before, queued_at) WHERE done_at IS NULL;

-- T1: wrong codes, by account and by address.
CREATE TABLE guesses (
  subject text NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX guesses_by_subject ON guesses (subject, at);
