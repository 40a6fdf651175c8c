-- French full text without accents: « sécurité », « securite » and « sécurités » are one word.
CREATE TEXT SEARCH CONFIGURATION french_unaccent (COPY = french);
ALTER TEXT SEARCH CONFIGURATION french_unaccent
ALTER MAPPING FOR hword, hword_part, word WITH unaccent, french_stem;

-- Ministerial orders as published. `content` is the file, packed by zlib, and `fingerprint` its SHA-256;
-- `head` is the file without its text (what deciding on applicability needs); `text_fingerprint` covers
-- titles, texts and tables; `derivation` is the version of the rules that made the alineas from the file.
CREATE TABLE ams (
    cid text PRIMARY KEY CHECK (cid ~ '^(JORFTEXT|LEGITEXT)\d{12}$'),
    title text NOT NULL,
    nickname text,
    date_of_signature date NOT NULL,
    is_transverse boolean NOT NULL,
    aida_url text,
    legifrance_url text,
    head json NOT NULL,
    content bytea NOT NULL,
    fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
    text_fingerprint bytea NOT NULL CHECK (octet_length(text_fingerprint) = 32),
    derivation integer NOT NULL,
    content_updated_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    withdrawn_at timestamptz
);

-- Packed already: not to be compressed once more.
ALTER TABLE ams ALTER COLUMN content SET STORAGE EXTERNAL;

-- One line for each paragraph or table that can be picked: alinea_id is `<section id>_<index>`; a variant
-- stands only in the modified text of a section. `search` is made while staging.
CREATE TABLE alineas (
    alinea_id text PRIMARY KEY,
    cid text NOT NULL REFERENCES ams (cid) ON DELETE CASCADE,
    section_id text NOT NULL,
    index_in_section integer NOT NULL CHECK (index_in_section >= 0),
    rank integer[] NOT NULL,
    reference text NOT NULL,
    name text NOT NULL,
    topic text NOT NULL,
    is_table boolean NOT NULL,
    is_variant boolean NOT NULL,
    body text NOT NULL,
    search tsvector NOT NULL
);
CREATE INDEX alineas_cid_idx ON alineas (cid);
CREATE INDEX alineas_search_idx ON alineas USING gin (search);

-- The nomenclature: what the autocomplete of a fictive installation offers.
CREATE TABLE classement_references (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rubrique text NOT NULL,
    alinea text,
    regime text NOT NULL CHECK (regime IN ('A', 'E', 'D', 'NC')),
    description text NOT NULL,
    UNIQUE NULLS NOT DISTINCT (rubrique, alinea, regime)
);

GRANT SELECT ON ams, alineas, classement_references TO envinorma_web, envinorma_backoffice;
GRANT SELECT, INSERT, UPDATE, DELETE ON ams, alineas, classement_references TO envinorma_etl;
