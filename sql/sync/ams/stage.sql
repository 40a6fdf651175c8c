-- Tables of this session alone: they go with the transaction. Of an order that did not change only the first
-- two columns are given, and none of its alineas.
CREATE TEMPORARY TABLE staged_ams (
    cid text NOT NULL,
    is_changed boolean NOT NULL,
    title text,
    nickname text,
    date_of_signature date,
    is_transverse boolean,
    aida_url text,
    legifrance_url text,
    head json,
    content bytea,
    fingerprint bytea,
    text_fingerprint bytea,
    derivation integer
) ON COMMIT DROP;
ALTER TABLE staged_ams ALTER COLUMN content SET STORAGE EXTERNAL;
-- A text that several alineas have stands in the first of them, with its search vector; the others name its
-- line. An empty field of the CSV is null: in the first line it is the empty text.
CREATE TEMPORARY TABLE staged_lines (
    line integer NOT NULL,
    first_line integer NOT NULL,
    alinea_id text NOT NULL,
    cid text NOT NULL,
    section_id text NOT NULL,
    index_in_section integer NOT NULL,
    rank integer[] NOT NULL,
    reference text NOT NULL,
    name text NOT NULL,
    topic text NOT NULL,
    is_table boolean NOT NULL,
    is_variant boolean NOT NULL,
    body text,
    search tsvector GENERATED ALWAYS AS (to_tsvector('public.french_unaccent'::regconfig, body)) STORED
) ON COMMIT DROP;
-- Sections repeat each other's names: the vector of each is made once, and weighs more than the text below.
-- Some come with their accents apart from the letters, which no dictionary knows.
CREATE TEMPORARY TABLE staged_names (
    name text NOT NULL,
    search tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('public.french_unaccent'::regconfig, normalize(name)), 'A')
    ) STORED
) ON COMMIT DROP;
CREATE TEMPORARY VIEW staged_alineas AS
SELECT
    staged.alinea_id,
    staged.cid,
    staged.section_id,
    staged.index_in_section,
    staged.rank,
    staged.reference,
    staged.name,
    staged.topic,
    staged.is_table,
    staged.is_variant,
    coalesce(texts.body, '') AS body,
    coalesce(
        (
            SELECT names.search FROM staged_names AS names
            WHERE names.name = staged.name
        ), ''
    ) || coalesce(texts.search, '') AS search
FROM staged_lines AS staged
INNER JOIN staged_lines AS texts ON staged.first_line = texts.line;
