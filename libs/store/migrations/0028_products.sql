-- Up Migration
-- What a charger said it is at its last boot, so that its quirks are known when it reconnects without another.
ALTER TABLE device_connections ADD COLUMN vendor text, ADD COLUMN model text;
