-- Up Migration
-- A version, a time and a proof for every key of a twin (libs/devices/twin.ts); keys of before have none.
ALTER TABLE twins
  ADD COLUMN wishes jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN refusals jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN reported_at jsonb NOT NULL DEFAULT '{}';

-- A command that waits can be taken back.
ALTER TABLE commands DROP CONSTRAINT commands_state_check;
ALTER TABLE commands ADD CONSTRAINT commands_state_check
  CHECK (state IN ('queued', 'sent', 'accepted', 'rejected', 'expired', 'failed', 'dropped', 'cancelled'));
-- The version of the twin that its wish made, so that a command taken back takes its wish with it; null: it wished nothing.
ALTER TABLE commands ADD COLUMN wish_version bigint;

-- One thing asked of many devices; each device has its own command, or its own reason why not.
CREATE TABLE bulk_commands (
  id uuid PRIMARY KEY,
  person_id text NOT NULL,
  -- A command request, or settings to wish.
  request jsonb,
  settings jsonb,
  timeout_ms bigint NOT NULL,
  created_at timestamptz NOT NULL,
  CHECK ((request IS NULL) <> (settings IS NULL))
);
CREATE INDEX bulk_commands_by_person ON bulk_commands (person_id, created_at DESC, id DESC);

CREATE TABLE bulk_command_items (
  bulk_id uuid NOT NULL REFERENCES bulk_commands (id) ON DELETE CASCADE,
  ordinal integer NOT NULL,
  -- No reference: the result outlives the device.
  device_id uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'admitted', 'denied')),
  command_id uuid,
  -- The code of a denial.
  denial text,
  PRIMARY KEY (bulk_id, ordinal),
  UNIQUE (bulk_id, device_id)
);
CREATE INDEX bulk_command_items_waiting ON bulk_command_items (bulk_id, ordinal) WHERE state = 'waiting';
