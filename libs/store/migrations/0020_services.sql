-- Up Migration
-- AJ-22: the SIM of a hub, as we want it at its carrier and as the carrier confirmed it.
CREATE TABLE hub_sims (
  device_id uuid PRIMARY KEY REFERENCES devices (id) ON DELETE CASCADE,
  iccid text NOT NULL UNIQUE CHECK (iccid ~ '^[0-9]{18,22}$'),
  wanted text NOT NULL CHECK (wanted IN ('on', 'off')),
  confirmed text NOT NULL CHECK (confirmed IN ('on', 'off')),
  -- How often the carrier was asked in vain since `wanted` last changed, and when it is asked again.
  attempts integer NOT NULL DEFAULT 0,
  not_before timestamptz NOT NULL,
  changed_at timestamptz NOT NULL
);
CREATE INDEX hub_sims_unconfirmed ON hub_sims (not_before) WHERE wanted <> confirmed;

-- 5E: one package on one hub, from its activation to its end. What it costs is kept as it was agreed then.
CREATE TABLE services (
  id uuid PRIMARY KEY,
  device_id uuid NOT NULL REFERENCES devices (id),
  package_id uuid NOT NULL REFERENCES service_packages (id),
  reseller_id uuid NOT NULL REFERENCES organisations (id),
  -- The dealer that activated it, or the person who pays by card (AJ-38).
  dealer_id uuid REFERENCES organisations (id),
  payer_person_id text REFERENCES identity."user" (id),
  state text NOT NULL CHECK (state IN ('active', 'expiring', 'stopping', 'inactive')),
  time_zone text NOT NULL,
  with_sim boolean NOT NULL,
  monthly_price_minor bigint NOT NULL,
  currency text NOT NULL,
  -- The months that cost nothing; 0 where the hub had the package before.
  trial_months integer NOT NULL,
  activated_at timestamptz NOT NULL,
  activated_by text NOT NULL REFERENCES identity."user" (id),
  -- Half-open: at this instant it is over, whether or not the state says so yet.
  ends_at timestamptz,
  -- When it was switched off at once; nothing is billed from then on.
  stopped_at timestamptz,
  CHECK ((dealer_id IS NULL) <> (payer_person_id IS NULL)),
  CHECK ((state = 'expiring') <= (ends_at IS NOT NULL))
);
CREATE UNIQUE INDEX services_live ON services (device_id, package_id) WHERE state <> 'inactive';
CREATE INDEX services_by_device ON services (device_id);
CREATE INDEX services_by_dealer ON services (dealer_id) WHERE dealer_id IS NOT NULL;
CREATE INDEX services_by_reseller ON services (reseller_id);

-- AJ-25: what the reseller is billed, or the card: one line per hub, package and month begun. Lines are never changed.
CREATE TABLE service_charges (
  id uuid PRIMARY KEY,
  service_id uuid NOT NULL REFERENCES services (id),
  device_id uuid NOT NULL,
  package_id uuid NOT NULL,
  reseller_id uuid NOT NULL,
  dealer_id uuid,
  payer_person_id text,
  -- 2026-11, in the zone of the service.
  month text NOT NULL CHECK (month ~ '^[0-9]{4}-[0-9]{2}$'),
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
  currency text NOT NULL,
  -- AJ-37.
  trial boolean NOT NULL,
  booked_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX service_charges_once ON service_charges (device_id, package_id, month)
  WHERE payer_person_id IS NULL;
CREATE UNIQUE INDEX service_charges_once_by_card ON service_charges (service_id, month)
  WHERE payer_person_id IS NOT NULL;
CREATE INDEX service_charges_by_reseller ON service_charges (reseller_id, month);

-- AJ-38: what a card payer gets back who stops before the month is over. Never changed, one per service.
CREATE TABLE service_refunds (
  service_id uuid PRIMARY KEY REFERENCES services (id),
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
  currency text NOT NULL,
  at timestamptz NOT NULL
);

CREATE FUNCTION refuse_change_of_bills() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'bills are never changed';
END $$;
CREATE TRIGGER service_charges_are_final BEFORE UPDATE OR DELETE ON service_charges
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_bills();
CREATE TRIGGER service_refunds_are_final BEFORE UPDATE OR DELETE ON service_refunds
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_bills();
