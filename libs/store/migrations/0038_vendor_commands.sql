-- Up Migration
-- NB-53: the answer to a start or stop in one stable word; null where there is none.
ALTER TABLE commands ADD COLUMN code text
  CHECK (code IN ('SUCCESS', 'PERMISSION_DENIED', 'RCD_CHECK_FAILED', 'DISABLED', 'OCCUPIED_BY_OTHERS'));

-- T10: the passphrase of a network on its way to a charger. The command names it; it is gone when the command is sent, or when
-- nobody can send it any more.
CREATE TABLE network_passphrases (
  id uuid PRIMARY KEY,
  passphrase text NOT NULL,
  expires_at timestamptz NOT NULL
);
