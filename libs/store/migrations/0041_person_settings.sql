-- Up Migration
-- What people set for themselves. The identity library's own table stays its own.
CREATE TABLE person_settings (
  person_id text PRIMARY KEY REFERENCES identity."user" (id) ON DELETE CASCADE,
  language text NOT NULL CHECK (language IN ('en', 'pl', 'da', 'nl', 'fr'))
);
