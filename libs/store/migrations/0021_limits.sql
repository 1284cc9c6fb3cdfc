-- Up Migration
-- What the access that an invitation gives is limited to beside its role.
ALTER TABLE invitations
  ADD COLUMN grant_actions text[],
  ADD COLUMN grant_hours jsonb,
  ADD COLUMN grant_maximum_current_a numeric(6, 2) CHECK (grant_maximum_current_a > 0),
  ADD COLUMN grant_includes_future boolean NOT NULL DEFAULT TRUE;
-- When the owner was last told that a partner still has access.
ALTER TABLE grants ADD COLUMN owner_reminded_at timestamptz;
