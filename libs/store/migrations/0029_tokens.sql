-- Up Migration
-- What a location says of its tokens, as OCPP has words for it (OCPP 1.6 7.10 IdTagInfo, OCPP 2.0.1 IdTokenInfoType).
ALTER TABLE id_tokens
  -- Tokens of one group stop each other's transactions.
  ADD COLUMN group_token text CHECK (group_token <> ''),
  ADD COLUMN expires_at timestamptz,
  -- Never at two chargers of the location at once.
  ADD COLUMN one_at_a_time boolean NOT NULL DEFAULT false,
  ADD COLUMN label text,
  -- OCPP 2.0.1 IdTokenEnumType, of the tokens that a location can list.
  ADD COLUMN type text NOT NULL DEFAULT 'ISO14443'
    CHECK (type IN ('Central', 'eMAID', 'ISO14443', 'ISO15693', 'KeyCode', 'Local', 'MacAddress'));

CREATE INDEX charging_transactions_open_token ON charging_transactions (location_id, id_token) WHERE ended_at IS NULL;

-- A token that a person's remote start sent to this very device is accepted too: the gate admitted that person. A blocked or
-- expired token stays what it is. `ConcurrentTx`: it charges at another charger of the location and may not at two.
CREATE FUNCTION id_token_info(location uuid, device uuid, given_token text, remote_start_since timestamptz)
RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT coalesce((
    SELECT jsonb_build_object('status', found.status, 'groupToken', found.group_token,
                              'expiresAt', extract(epoch FROM found.expires_at) * 1000)
      FROM (
        SELECT CASE
                 WHEN status <> 'Accepted' THEN status
                 WHEN expires_at <= now() THEN 'Expired'
                 WHEN one_at_a_time AND EXISTS (
                   SELECT FROM charging_transactions AS open
                    WHERE open.location_id = location AND open.id_token = given_token AND open.ended_at IS NULL
                      AND open.device_id <> device) THEN 'ConcurrentTx'
                 ELSE 'Accepted'
               END AS status, group_token, expires_at, 0 AS rank
          FROM id_tokens WHERE location_id = location AND token = given_token
        UNION ALL
        (SELECT 'Accepted', NULL, NULL, 1 FROM commands
          WHERE device_id = device AND state IN ('sent', 'accepted') AND sent_at >= remote_start_since
            AND request->>'action' = 'remote-start' AND request->>'idToken' = given_token
          LIMIT 1)
      ) AS found ORDER BY rank LIMIT 1
  ), jsonb_build_object('status', 'Invalid', 'groupToken', NULL, 'expiresAt', NULL))
$$;

CREATE OR REPLACE FUNCTION id_token_status(location uuid, device uuid, given_token text, remote_start_since timestamptz)
RETURNS text LANGUAGE sql STABLE AS $$
  SELECT id_token_info(location, device, given_token, remote_start_since)->>'status'
$$;

-- What a charger's Local Auth List holds as far as it has told us.
CREATE TABLE local_lists (
  device_id uuid PRIMARY KEY REFERENCES devices (id) ON DELETE CASCADE,
  version integer NOT NULL,
  -- Token -> what the list says of it.
  entries jsonb NOT NULL,
  updated_at timestamptz NOT NULL
);

-- A connector kept free for a token until an instant (OCPP 1.6 5.13, OCPP 2.0.1 block H).
CREATE TABLE reservations (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  location_id uuid NOT NULL REFERENCES locations (id) ON DELETE CASCADE,
  device_id uuid NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
  -- 0: any connector of the charger.
  connector smallint NOT NULL,
  token text NOT NULL,
  expires_at timestamptz NOT NULL,
  -- `asked` until the charger answered; `used` by a transaction, `removed` by the charger itself.
  state text NOT NULL CHECK (state IN ('asked', 'reserved', 'refused', 'used', 'cancelled', 'removed')),
  changed_at timestamptz NOT NULL
);
CREATE INDEX reservations_by_device ON reservations (device_id, id DESC);
