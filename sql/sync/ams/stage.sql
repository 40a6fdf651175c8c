-- Tables of this session alone: they go with the transaction.
CREATE TEMPORARY TABLE staged_ams (
    cid text NOT NULL,
    title text NOT NULL,
    nickname text,
    date_of_signature date NOT NULL,
    is_transverse boolean NOT NULL,
    aida_url text,
    legifrance_url text,
    head json NOT NULL,
    content json NOT NULL,
    fingerprint bytea NOT NULL,
    text_fingerprint bytea NOT NULL
) ON COMMIT DROP;
CREATE TEMPORARY TABLE staged_alineas (
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
    body text NOT NULL
) ON COMMIT DROP;
