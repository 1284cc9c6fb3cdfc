-- Up Migration
-- Companies that look after alarm hubs: dealers, and the resellers whose services they sell.
ALTER TABLE organisations
  -- ISO 3166-1 alpha-2, of a company.
  ADD COLUMN country text CHECK (country ~ '^[A-Z]{2}$'),
  -- AJ-34: a deleted company keeps its row, because bills and the audit name it.
  ADD COLUMN deleted_at timestamptz,
  ADD COLUMN deleted_by text REFERENCES identity."user" (id),
  ADD CHECK (kind <> 'company' OR country IS NOT NULL);

CREATE TABLE dealers (
  organisation_id uuid PRIMARY KEY REFERENCES organisations (id) ON DELETE CASCADE,
  legal_name text NOT NULL CHECK (legal_name <> ''),
  registration_number text NOT NULL CHECK (registration_number <> ''),
  contact_email text NOT NULL,
  phone text,
  enrolled_at timestamptz NOT NULL,
  enrolled_by text NOT NULL REFERENCES identity."user" (id)
);

CREATE TABLE resellers (
  organisation_id uuid PRIMARY KEY REFERENCES organisations (id) ON DELETE CASCADE,
  legal_name text NOT NULL CHECK (legal_name <> ''),
  registration_number text NOT NULL CHECK (registration_number <> ''),
  contact_email text NOT NULL,
  phone text,
  -- What dealers read before they ask for a connection (AJ-19).
  description text NOT NULL,
  -- IANA zone of the contract: the months of its services are counted in it.
  time_zone text NOT NULL,
  enrolled_at timestamptz NOT NULL,
  enrolled_by text NOT NULL REFERENCES identity."user" (id)
);

CREATE TABLE service_packages (
  id uuid PRIMARY KEY,
  reseller_id uuid NOT NULL REFERENCES resellers (organisation_id) ON DELETE CASCADE,
  name text NOT NULL CHECK (name <> ''),
  -- In the smallest unit of the currency.
  monthly_price_minor bigint NOT NULL CHECK (monthly_price_minor >= 0),
  -- ISO 4217.
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  with_sim boolean NOT NULL,
  countries text[] NOT NULL CHECK (cardinality(countries) > 0),
  -- AJ-37: the first months of a hub with this package that cost nothing.
  trial_months integer NOT NULL DEFAULT 0 CHECK (trial_months BETWEEN 0 AND 24),
  -- AJ-38: users may pay for it by card themselves.
  for_card_payers boolean NOT NULL DEFAULT FALSE,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL REFERENCES identity."user" (id),
  withdrawn_at timestamptz
);
CREATE INDEX service_packages_by_reseller ON service_packages (reseller_id);

-- AJ-37: the number by which the reseller knows the dealer.
ALTER TABLE connections ADD COLUMN dealer_number text CHECK (dealer_number <> '');

-- AJ-19: a reseller that is not listed yet is told by mail that a dealer looks for it.
CREATE TABLE reseller_invitations (
  id uuid PRIMARY KEY,
  dealer_id uuid NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  email text NOT NULL,
  country text NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL REFERENCES identity."user" (id),
  UNIQUE (dealer_id, email)
);

-- AJ-39: the company that set a place up and stands back once the hub has an administrator of its own.
ALTER TABLE locations
  ADD COLUMN company_id uuid REFERENCES organisations (id),
  -- Since when the place has an owner or a hub's administrator, as professionals' access was last adjusted to it.
  ADD COLUMN guarded_at timestamptz,
  DROP CONSTRAINT locations_check,
  ADD CONSTRAINT locations_belong CHECK (
    owner_person_id IS NOT NULL OR installed_by_organisation_id IS NOT NULL OR company_id IS NOT NULL);

-- AJ-39, AJ-42: what a professional asked the administrators of a hub for.
CREATE TABLE hub_access_requests (
  id uuid PRIMARY KEY,
  location_id uuid NOT NULL REFERENCES locations (id) ON DELETE CASCADE,
  -- For whom: one of these two.
  person_id text REFERENCES identity."user" (id) ON DELETE CASCADE,
  organisation_id uuid REFERENCES organisations (id) ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('settings', 'cameras')),
  -- 1, 2, 4 or 8; null: for good.
  duration_h integer CHECK (duration_h IN (1, 2, 4, 8)),
  cameras text[] NOT NULL DEFAULT '{}',
  permissions text[] NOT NULL DEFAULT '{}',
  state text NOT NULL CHECK (state IN ('requested', 'approved', 'declined', 'withdrawn')),
  language text NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL REFERENCES identity."user" (id),
  expires_at timestamptz NOT NULL,
  answered_at timestamptz,
  answered_by text REFERENCES identity."user" (id),
  -- What the approval gave.
  grant_id uuid REFERENCES grants (id),
  CHECK ((person_id IS NULL) <> (organisation_id IS NULL)),
  CHECK (kind = 'settings' OR (duration_h IS NOT NULL AND cardinality(cameras) > 0 AND cardinality(permissions) > 0))
);
CREATE INDEX hub_access_requests_by_location ON hub_access_requests (location_id, created_at DESC);
