-- Prefectoral orders (APs): what the source says of a document, then what came of reading it. `description`
-- is the source's own; `title` is made from the text, only where the source has nothing better than
-- « Nouveau document ». `fingerprint` is that of the status file the reading was taken from (null: there is
-- none), `derivation` the version of the rules that made title and pages from it; `failure` is the word of
-- docs/ocr.md for why there is no text.
CREATE TABLE aps (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    georisques_id text COLLATE "C" NOT NULL UNIQUE CHECK (georisques_id ~ '^[A-Z]/[a-f0-9]/[a-f0-9]{32}$'),
    s3ic_id text COLLATE "C" NOT NULL CHECK (s3ic_id ~ '^\d{4}\.\d{5}$'),
    description text NOT NULL,
    title text,
    dated_on date,
    ocr_status text NOT NULL CHECK (ocr_status IN ('SUCCESS', 'ERROR', 'NOT_ATTEMPTED')),
    failure text,
    reason text,
    size_bytes bigint CHECK (size_bytes >= 0),
    page_count integer CHECK (page_count >= 0),
    confidence real,
    sha256 bytea CHECK (octet_length(sha256) = 32),
    engine text,
    read_at timestamptz,
    fingerprint bytea CHECK (octet_length(fingerprint) = 32),
    derivation integer,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    withdrawn_at timestamptz
);
CREATE INDEX aps_s3ic_id_idx ON aps (s3ic_id);
CREATE INDEX aps_withdrawn_at_idx ON aps (withdrawn_at) WHERE withdrawn_at IS NOT NULL;

-- One line for each page that was looked at, read or not: `text` is empty where nothing was found. `search`
-- is made while staging, from as much of the text as a search vector can hold.
CREATE TABLE ap_pages (
    ap_id bigint NOT NULL REFERENCES aps (id) ON DELETE CASCADE,
    page integer NOT NULL CHECK (page > 0),
    decision text NOT NULL CHECK (decision IN ('keep', 'read', 'blank', 'failed')),
    confidence real,
    text text NOT NULL,
    search tsvector NOT NULL,
    PRIMARY KEY (ap_id, page)
);
CREATE INDEX ap_pages_search_idx ON ap_pages USING gin (search);

-- Orders that left the table for good and whose files may still lie in the bucket: a run that is killed
-- between the two leaves its work to the next one here.
CREATE TABLE ap_files_to_delete (
    georisques_id text PRIMARY KEY,
    decided_at timestamptz NOT NULL DEFAULT now()
);

GRANT SELECT ON aps, ap_pages TO envinorma_web, envinorma_backoffice;
GRANT SELECT, INSERT, UPDATE, DELETE ON aps, ap_pages, ap_files_to_delete TO envinorma_etl;
