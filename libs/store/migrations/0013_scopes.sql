-- Up Migration
-- What rights are held on: customer > location > building > installation > device. A customer is one in the books of an
-- organisation. CS-46: a row taken over from another organisation keeps where it came from, and is taken over once.
ALTER TABLE organisations ADD COLUMN kind text NOT NULL DEFAULT 'installer' CHECK (kind IN ('installer', 'company'));

CREATE TABLE customers (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  name text NOT NULL CHECK (name <> ''),
  -- The organisation's own number for it.
  reference text,
  source_organisation_id uuid REFERENCES organisations (id) ON DELETE SET NULL,
  source_id uuid,
  created_at timestamptz NOT NULL,
  created_by text REFERENCES identity."user" (id),
  UNIQUE (organisation_id, source_organisation_id, source_id)
);
CREATE INDEX customers_by_organisation ON customers (organisation_id, name, id);

ALTER TABLE locations
  ADD COLUMN customer_id uuid REFERENCES customers (id) ON DELETE SET NULL,
  -- When it came under that customer: a share of the customer that does not include what comes later looks at it.
  ADD COLUMN customer_since timestamptz,
  ADD COLUMN address text,
  -- Whether a partner may share it on.
  ADD COLUMN partners_may_share boolean NOT NULL DEFAULT FALSE,
  ADD COLUMN source_organisation_id uuid REFERENCES organisations (id) ON DELETE SET NULL,
  ADD COLUMN source_id uuid;
CREATE UNIQUE INDEX locations_by_source ON locations (installed_by_organisation_id, source_organisation_id, source_id)
  WHERE source_id IS NOT NULL;
CREATE INDEX locations_by_customer ON locations (customer_id);

CREATE TABLE buildings (
  id uuid PRIMARY KEY,
  location_id uuid NOT NULL REFERENCES locations (id) ON DELETE CASCADE,
  name text NOT NULL CHECK (name <> ''),
  source_organisation_id uuid REFERENCES organisations (id) ON DELETE SET NULL,
  source_id uuid,
  created_at timestamptz NOT NULL,
  created_by text REFERENCES identity."user" (id),
  UNIQUE (location_id, source_organisation_id, source_id)
);
CREATE INDEX buildings_by_location ON buildings (location_id);

CREATE TABLE installations (
  id uuid PRIMARY KEY,
  location_id uuid NOT NULL REFERENCES locations (id) ON DELETE CASCADE,
  building_id uuid REFERENCES buildings (id) ON DELETE SET NULL,
  name text NOT NULL CHECK (name <> ''),
  -- What it is, in the organisation's own words: charging point, heat pump, alarm.
  description text,
  created_at timestamptz NOT NULL,
  created_by text REFERENCES identity."user" (id)
);
CREATE INDEX installations_by_location ON installations (location_id);

ALTER TABLE devices ADD COLUMN installation_id uuid REFERENCES installations (id) ON DELETE SET NULL;
CREATE INDEX devices_by_installation ON devices (installation_id) WHERE installation_id IS NOT NULL;

-- A grant is given on a customer, or on a location or one part of it.
ALTER TABLE grants
  ALTER COLUMN location_id DROP NOT NULL,
  ADD COLUMN customer_id uuid REFERENCES customers (id) ON DELETE CASCADE,
  ADD COLUMN building_id uuid REFERENCES buildings (id) ON DELETE CASCADE,
  ADD COLUMN installation_id uuid REFERENCES installations (id) ON DELETE CASCADE,
  ADD COLUMN device_id uuid REFERENCES devices (id) ON DELETE CASCADE,
  -- For whom the granter acted; null: for himself.
  ADD COLUMN granted_by_organisation_id uuid REFERENCES organisations (id),
  -- The grant it was passed on from.
  ADD COLUMN parent_grant_id uuid REFERENCES grants (id),
  -- NB-40, CS-37: whether it covers what comes later.
  ADD COLUMN include_future boolean NOT NULL DEFAULT TRUE,
  -- Limits beyond the role; null: none.
  ADD COLUMN actions text[],
  ADD COLUMN hours jsonb,
  ADD COLUMN maximum_current_a numeric(6, 2) CHECK (maximum_current_a > 0),
  -- CS-19: work done under it carries the granter's name.
  ADD COLUMN branded boolean NOT NULL DEFAULT FALSE,
  -- How it ended: revoked by whom it came from, cascaded with its parent, given up, replaced.
  ADD COLUMN end_reason text CHECK (end_reason IN ('revoked', 'cascaded', 'relinquished', 'replaced')),
  ADD CHECK ((customer_id IS NULL) <> (location_id IS NULL)),
  ADD CHECK (num_nonnulls(customer_id, building_id, installation_id, device_id) <= 1),
  DROP CONSTRAINT grants_role_check,
  ADD CONSTRAINT grants_role_check CHECK (role IN (
    'guest', 'partner', 'installation-manager', 'subcontractor', 'borrower',
    'hub-administrator', 'hub-limited-administrator', 'hub-user', 'professional'));
CREATE INDEX grants_by_customer ON grants (customer_id) WHERE revoked_at IS NULL;
CREATE INDEX grants_by_parent ON grants (parent_grant_id) WHERE revoked_at IS NULL;

-- The same access is given once by each chain.
DROP INDEX grants_live_person;
DROP INDEX grants_live_organisation;
CREATE UNIQUE INDEX grants_live_person ON grants (
  COALESCE(device_id, installation_id, building_id, location_id, customer_id), grantee_person_id, role,
  COALESCE(parent_grant_id, '00000000-0000-0000-0000-000000000000')
) WHERE revoked_at IS NULL AND expires_at IS NULL AND hours IS NULL AND actions IS NULL;
CREATE UNIQUE INDEX grants_live_organisation ON grants (
  COALESCE(device_id, installation_id, building_id, location_id, customer_id), grantee_organisation_id, role,
  COALESCE(parent_grant_id, '00000000-0000-0000-0000-000000000000')
) WHERE revoked_at IS NULL AND expires_at IS NULL AND hours IS NULL AND actions IS NULL;

ALTER TABLE memberships DROP CONSTRAINT memberships_role_check, ADD CONSTRAINT memberships_role_check CHECK (role IN (
  'administrator', 'installer', 'technician', 'manager', 'account-manager',
  'company-owner', 'senior-service-manager', 'service-manager', 'company-installer'));
ALTER TABLE membership_invitations DROP CONSTRAINT membership_invitations_role_check,
  ADD CONSTRAINT membership_invitations_role_check CHECK (role IN (
    'administrator', 'installer', 'technician', 'manager', 'account-manager',
    'senior-service-manager', 'service-manager', 'company-installer'));
ALTER TABLE invitations DROP CONSTRAINT invitations_role_check, ADD CONSTRAINT invitations_role_check CHECK (role IN (
  'guest', 'partner', 'hub-administrator', 'hub-limited-administrator', 'hub-user', 'professional'));

-- The log tells of every node of the tree and of every device.
ALTER TABLE entitlement_log DROP CONSTRAINT entitlement_log_subject_check,
  ADD CONSTRAINT entitlement_log_subject_check CHECK (subject IN (
    'membership', 'location', 'grant', 'customer', 'building', 'installation', 'device'));
CREATE INDEX entitlement_log_by_customer ON entitlement_log ((fact->>'customer_id'), sequence)
  WHERE subject = 'grant' AND fact->>'customer_id' IS NOT NULL;
CREATE INDEX entitlement_log_by_subject ON entitlement_log (subject_id, sequence) WHERE subject = 'customer';
