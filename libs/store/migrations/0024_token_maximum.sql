-- Up Migration
-- What whoever holds the token may charge with at most, ampere per line; null: what the charger gives.
ALTER TABLE id_tokens ADD COLUMN maximum_current_a double precision CHECK (maximum_current_a BETWEEN 6 AND 32);
