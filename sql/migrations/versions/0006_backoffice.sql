-- What editors make of ministerial orders. The public site's role has no right on any of it.
CREATE SCHEMA backoffice;

-- Accounts are made by command line and never deleted: versions and events name their author.
CREATE TABLE backoffice.editors (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9._-]{1,39}$'),
    password_hash text NOT NULL,
    role text NOT NULL CHECK (role IN ('reader', 'editor', 'publisher')),
    created_at timestamptz NOT NULL DEFAULT now(),
    password_changed_at timestamptz NOT NULL DEFAULT now(),
    disabled_at timestamptz
);

-- Who is signed in: the cookie bears a random value, of which the row keeps the SHA-256.
CREATE TABLE backoffice.sessions (
    token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    editor_id bigint NOT NULL REFERENCES backoffice.editors (id),
    created_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sessions_editor_idx ON backoffice.sessions (editor_id);

-- Attempts to sign in, kept for a day: too many for one account or from one address are refused.
CREATE TABLE backoffice.sign_in_attempts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    attempted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    name text NOT NULL,
    address text NOT NULL,
    has_succeeded boolean NOT NULL DEFAULT FALSE
);
CREATE INDEX sign_in_attempts_at_idx ON backoffice.sign_in_attempts (attempted_at);

-- One row for each order, as its current version says: what lists search, filter and sort.
-- `attention` counts what an editor should look at; `upstream_changed_at` is set by watch_orders.
CREATE TABLE backoffice.orders (
    cid text PRIMARY KEY CHECK (
        cid ~ '^(JORFTEXT|LEGITEXT)\d{12}$' OR cid ~ '^[0-9A-Za-z_-]{0,40}FAKE[0-9A-Za-z_-]{0,40}$'
    ),
    nor text UNIQUE CHECK (nor ~ '^[A-Z]{4}\d{7}[A-Z]$'),
    has_no_nor boolean NOT NULL DEFAULT FALSE,
    state text NOT NULL CHECK (state IN ('EN_CREATION', 'VIGUEUR', 'ABROGE', 'DELETED')),
    reason_deleted text CHECK (length(reason_deleted) >= 10),
    title text NOT NULL,
    nickname text,
    is_transverse boolean NOT NULL,
    date_of_signature date NOT NULL,
    aida_page text CHECK (aida_page ~ '^\d+$'),
    classements jsonb NOT NULL DEFAULT '[]',
    sections integer NOT NULL DEFAULT 0 CHECK (sections >= 0),
    sections_with_topic integer NOT NULL DEFAULT 0 CHECK (sections_with_topic BETWEEN 0 AND sections),
    attention jsonb NOT NULL DEFAULT '{}',
    upstream_changed_at timestamptz,
    version integer NOT NULL CHECK (version > 0),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK (NOT (has_no_nor AND nor IS NOT NULL)),
    CHECK ((state = 'DELETED') = (reason_deleted IS NOT NULL))
);

-- Every version, never changed: `document` is the whole order as a file of the archive, packed by zlib;
-- `fingerprint` is the SHA-256 of document and metadata; no author means an import; `lost` is what an edit
-- of the text found no home for.
CREATE TABLE backoffice.order_versions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cid text NOT NULL REFERENCES backoffice.orders (cid),
    number integer NOT NULL CHECK (number > 0),
    author_id bigint REFERENCES backoffice.editors (id),
    action text NOT NULL,
    comment text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    document bytea NOT NULL,
    metadata jsonb NOT NULL,
    fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
    lost jsonb NOT NULL DEFAULT '[]',
    UNIQUE (cid, number)
);
ALTER TABLE backoffice.order_versions ALTER COLUMN document SET STORAGE EXTERNAL;

-- What was done, by whom and when; no editor means a command or a step.
CREATE TABLE backoffice.events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    editor_id bigint REFERENCES backoffice.editors (id),
    cid text,
    action text NOT NULL,
    details jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX events_cid_idx ON backoffice.events (cid, at);
CREATE INDEX events_at_idx ON backoffice.events (at);

-- History only grows: nobody may change or delete a version or an event.
GRANT USAGE ON SCHEMA backoffice TO envinorma_backoffice, envinorma_etl;
GRANT SELECT, INSERT, UPDATE ON backoffice.editors, backoffice.orders TO envinorma_backoffice;
GRANT SELECT, INSERT, UPDATE, DELETE ON backoffice.sessions, backoffice.sign_in_attempts
TO envinorma_backoffice;
GRANT SELECT, INSERT ON backoffice.order_versions, backoffice.events TO envinorma_backoffice;
-- The import and the export are steps.
GRANT SELECT, INSERT, UPDATE ON backoffice.orders TO envinorma_etl;
GRANT SELECT, INSERT ON backoffice.order_versions, backoffice.events TO envinorma_etl;
