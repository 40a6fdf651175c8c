CREATE TEMPORARY TABLE staged_references (
    rubrique text NOT NULL,
    alinea text,
    description text NOT NULL,
    regime text NOT NULL
) ON COMMIT DROP;
