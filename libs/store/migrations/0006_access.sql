-- Up Migration
-- Entitlement log numbers are taken as the highest plus one under the writer's advisory lock, so that they have no
-- holes and a reader can tell a missed entry from a rolled-back one; a sequence would leave holes.
DROP SEQUENCE entitlement_sequence;

CREATE INDEX grants_by_person ON grants (grantee_person_id) WHERE revoked_at IS NULL;
CREATE INDEX grants_by_organisation ON grants (grantee_organisation_id) WHERE revoked_at IS NULL;
CREATE INDEX memberships_by_person ON memberships (person_id) WHERE removed_at IS NULL;

-- NB-25 and the like: the same access is given once.
CREATE UNIQUE INDEX grants_live_person ON grants (location_id, grantee_person_id, role) WHERE revoked_at IS NULL AND expires_at IS NULL;
CREATE UNIQUE INDEX grants_live_organisation ON grants (location_id, grantee_organisation_id, role) WHERE revoked_at IS NULL AND expires_at IS NULL;

-- Audit: who did it.
ALTER TABLE memberships ADD COLUMN added_by text REFERENCES identity."user" (id);
ALTER TABLE memberships ADD COLUMN removed_by text REFERENCES identity."user" (id);
ALTER TABLE organisations ADD COLUMN created_by text REFERENCES identity."user" (id);
ALTER TABLE locations ADD COLUMN created_by text REFERENCES identity."user" (id);
ALTER TABLE site_topology ADD COLUMN updated_by text REFERENCES identity."user" (id);
ALTER TABLE devices ADD COLUMN registered_by text REFERENCES identity."user" (id);

-- Answers to writes that carried an Idempotency-Key, so that a repeat gets the same answer and does nothing.
CREATE TABLE idempotency_keys (
  person_id text NOT NULL REFERENCES identity."user" (id) ON DELETE CASCADE,
  key text NOT NULL,
  -- SHA-256 of method, path and body: the same key for another request is refused.
  request_hash bytea NOT NULL,
  taken_at timestamptz NOT NULL,
  -- Null while the first request is being worked on.
  status smallint,
  -- json and not jsonb: the repeat is answered byte for byte.
  body json,
  PRIMARY KEY (person_id, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (taken_at);
