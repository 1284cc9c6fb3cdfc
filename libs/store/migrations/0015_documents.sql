-- Up Migration
-- What a document carries at its head. A row is never changed: a document keeps the one it was made with.
CREATE TABLE letterheads (
  id uuid PRIMARY KEY,
  organisation_id uuid REFERENCES organisations (id) ON DELETE SET NULL,
  company_name text NOT NULL CHECK (company_name <> ''),
  address_lines text[] NOT NULL,
  phone text,
  email text,
  registration_number text,
  logo bytea,
  logo_type text CHECK (logo_type IN ('image/png', 'image/jpeg')),
  made_at timestamptz NOT NULL,
  made_by text REFERENCES identity."user" (id) ON DELETE SET NULL,
  CHECK ((logo IS NULL) = (logo_type IS NULL))
);
ALTER TABLE organisations ADD COLUMN letterhead_id uuid REFERENCES letterheads (id);

-- Work orders and certificates of an installation.
CREATE TABLE documents (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('work-order', 'certificate')),
  installation_id uuid NOT NULL REFERENCES installations (id) ON DELETE CASCADE,
  title text NOT NULL CHECK (title <> ''),
  -- Description of a work order, findings of a certificate.
  text text NOT NULL,
  -- Work orders only.
  state text CHECK (state IN ('planned', 'in-progress', 'done')),
  done_at timestamptz,
  activities jsonb,
  -- Certificates only; what kind of inspection it attests.
  inspection text,
  valid_until date,
  made_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  made_by text NOT NULL REFERENCES identity."user" (id),
  -- CS-36: whose it is to change. Null: the person's own, who belongs to no organisation that has access here.
  made_by_organisation_id uuid REFERENCES organisations (id) ON DELETE SET NULL,
  made_by_name text NOT NULL,
  -- CS-25, CS-26: whose name it carries; decided when it was made, whatever becomes of the grant.
  letterhead_organisation_id uuid REFERENCES organisations (id) ON DELETE SET NULL,
  letterhead_name text NOT NULL,
  letterhead_id uuid REFERENCES letterheads (id),
  CHECK ((kind = 'work-order') = (state IS NOT NULL)),
  CHECK ((kind = 'work-order') = (activities IS NOT NULL)),
  CHECK ((kind = 'certificate') = (inspection IS NOT NULL)),
  CHECK ((state = 'done') = (done_at IS NOT NULL))
);
CREATE INDEX documents_by_installation ON documents (installation_id, made_at DESC, id DESC);
