-- Up Migration
CREATE TABLE organisations (
  id uuid PRIMARY KEY,
  name text NOT NULL CHECK (name <> ''),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE memberships (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  person_id text NOT NULL REFERENCES identity."user" (id) ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('administrator', 'installer')),
  since timestamptz NOT NULL DEFAULT now(),
  removed_at timestamptz
);
CREATE UNIQUE INDEX memberships_live ON memberships (organisation_id, person_id) WHERE removed_at IS NULL;

CREATE TABLE locations (
  id uuid PRIMARY KEY,
  name text NOT NULL CHECK (name <> ''),
  -- IANA zone, e.g. Europe/Oslo; schedules and days are meant in it.
  time_zone text NOT NULL,
  -- NB-44: exactly one owner, an end user; null only until the installer hands the location over.
  owner_person_id text REFERENCES identity."user" (id),
  -- NB-04: an installation made by a member belongs to the organisation.
  installed_by_organisation_id uuid REFERENCES organisations (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK (owner_person_id IS NOT NULL OR installed_by_organisation_id IS NOT NULL)
);

CREATE TABLE grants (
  id uuid PRIMARY KEY,
  location_id uuid NOT NULL REFERENCES locations (id) ON DELETE CASCADE,
  grantee_person_id text REFERENCES identity."user" (id) ON DELETE CASCADE,
  grantee_organisation_id uuid REFERENCES organisations (id) ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('guest', 'partner')),
  granted_by text NOT NULL REFERENCES identity."user" (id),
  granted_at timestamptz NOT NULL,
  expires_at timestamptz,
  revoked_at timestamptz,
  revoked_by text REFERENCES identity."user" (id),
  CHECK ((grantee_person_id IS NULL) <> (grantee_organisation_id IS NULL))
);
CREATE INDEX grants_by_location ON grants (location_id);

-- Every change of who may do what, in commit order: the writer takes the advisory lock before the sequence.
CREATE TABLE entitlement_log (
  sequence bigint PRIMARY KEY,
  subject text NOT NULL CHECK (subject IN ('membership', 'location', 'grant')),
  subject_id uuid NOT NULL,
  at timestamptz NOT NULL,
  -- Who did it: a person, or null for the system.
  actor_person_id text
);
CREATE SEQUENCE entitlement_sequence OWNED BY entitlement_log.sequence;
