-- Up Migration
-- The row as the change left it, so that any past instant can be asked about; null where the row is gone.
ALTER TABLE entitlement_log ADD COLUMN fact jsonb;
UPDATE entitlement_log SET fact = to_jsonb(m) FROM memberships m WHERE subject = 'membership' AND m.id = subject_id;
UPDATE entitlement_log SET fact = to_jsonb(l) FROM locations l WHERE subject = 'location' AND l.id = subject_id;
UPDATE entitlement_log SET fact = to_jsonb(g) FROM grants g WHERE subject = 'grant' AND g.id = subject_id;
CREATE INDEX entitlement_log_by_location ON entitlement_log (COALESCE(fact->>'location_id', subject_id::text), sequence)
  WHERE subject IN ('location', 'grant');
CREATE INDEX entitlement_log_by_person ON entitlement_log ((fact->>'person_id'), sequence) WHERE subject = 'membership';

-- Who did what by which right. Each entry holds the hash of the one before: a change to any of them shows.
CREATE TABLE audit_log (
  sequence bigint PRIMARY KEY,
  at timestamptz NOT NULL,
  -- Null: the system.
  actor_person_id text,
  -- What allowed it, e.g. owner:1, membership:<id>, grant:<id>.
  entitlement text,
  action text NOT NULL,
  location_id uuid,
  organisation_id uuid,
  subject_id text,
  detail text NOT NULL,
  previous_hash bytea NOT NULL,
  hash bytea NOT NULL
);
CREATE INDEX audit_log_by_location ON audit_log (location_id, sequence DESC);
CREATE INDEX audit_log_by_organisation ON audit_log (organisation_id, sequence DESC);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is append-only';
END $$;
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
