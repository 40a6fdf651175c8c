-- What a person removes can be put back for a day: the row stays, marked, and out of the collection. A row
-- that is put back is the one that was removed, with its place and its text.
ALTER TABLE prescriptions ADD COLUMN removed_at timestamptz;

-- One person holds one alinea of one installation at most once; what was removed does not count.
DROP INDEX prescriptions_alinea_idx;
CREATE UNIQUE INDEX prescriptions_alinea_idx ON prescriptions (user_id, installation_id, alinea_id)
WHERE removed_at IS NULL;
CREATE INDEX prescriptions_user_idx ON prescriptions (user_id, installation_id);

-- How a person reads a collection: by order or by topic.
ALTER TABLE users ADD COLUMN grouping text NOT NULL DEFAULT 'arrete' CHECK (grouping IN ('arrete', 'theme'));
