-- Up Migration
-- Images that devices may run: uploaded here in pieces, or kept elsewhere.
CREATE TABLE firmware_images (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('charger', 'balancer', 'hub')),
  -- What devices it is for call themselves; null: any.
  vendor text,
  model text,
  -- What a device calls itself once it runs the image.
  version text NOT NULL,
  -- Where it is kept when that is not here.
  url text,
  -- Part of the address devices fetch it from, so that nobody finds it by guessing.
  token text NOT NULL,
  -- Both null until an upload is complete.
  size_bytes bigint,
  sha256 text,
  signing_certificate text,
  signature text,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  CHECK ((size_bytes IS NULL) = (sha256 IS NULL)),
  CHECK ((signing_certificate IS NULL) = (signature IS NULL))
);
CREATE INDEX firmware_images_by_organisation ON firmware_images (organisation_id, created_at DESC, id);

CREATE TABLE firmware_pieces (
  image_id uuid NOT NULL REFERENCES firmware_images (id) ON DELETE CASCADE,
  number integer NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (image_id, number)
);
-- Images do not compress; uncompressed pieces can be cut without being read whole.
ALTER TABLE firmware_pieces ALTER COLUMN bytes SET STORAGE EXTERNAL;

CREATE TABLE firmware_campaigns (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  image_id uuid NOT NULL REFERENCES firmware_images (id),
  name text NOT NULL,
  state text NOT NULL CHECK (state IN ('draft', 'running', 'paused', 'halted', 'completed', 'cancelled')),
  -- Stages, window and bounds (libs/contracts/http/campaign-routes.ts).
  rules jsonb NOT NULL,
  -- In whose name devices are asked.
  started_by text,
  -- Failed devices that a person looked at before it went on.
  forgiven integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  started_at timestamptz,
  ended_at timestamptz
);
CREATE INDEX firmware_campaigns_by_organisation ON firmware_campaigns (organisation_id, created_at DESC, id);

-- Names an offer to a device; far from the numbers that people choose for commands of their own.
CREATE SEQUENCE firmware_request_ids AS integer MINVALUE 1000000000 CYCLE;

CREATE TABLE firmware_campaign_devices (
  campaign_id uuid NOT NULL REFERENCES firmware_campaigns (id) ON DELETE CASCADE,
  device_id uuid NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
  -- Order of the turns.
  position integer NOT NULL,
  state text NOT NULL DEFAULT 'waiting',
  attempt integer NOT NULL DEFAULT 0,
  interruptions integer NOT NULL DEFAULT 0,
  reason text,
  since timestamptz NOT NULL,
  not_before timestamptz NOT NULL,
  -- Of the present offer; the one to be made next is kept before it is made, so that it is made once.
  request_id integer,
  next_request_id integer,
  command_id uuid,
  -- What the device told up to here (device_events) is taken in.
  event_id bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (campaign_id, device_id)
);
-- A device is at one update at a time, whatever campaigns it is in.
CREATE UNIQUE INDEX firmware_campaign_devices_underway ON firmware_campaign_devices (device_id)
  WHERE state IN ('offered', 'downloading', 'downloaded', 'installing', 'rebooting');
CREATE INDEX firmware_campaign_devices_unfinished ON firmware_campaign_devices (campaign_id)
  WHERE state NOT IN ('done', 'failed', 'skipped');
CREATE INDEX commands_by_firmware_request ON commands (((request->>'requestId')::integer))
  WHERE request->>'action' = 'update-firmware';
