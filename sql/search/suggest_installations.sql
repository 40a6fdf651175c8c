-- The best published installations for what is being typed, ordered as in find_installations.sql.
-- Each kind of match is looked for only where the better kinds are few. What begins with the text comes from
-- an index, in its order; of what holds the words elsewhere, only so many are looked at.
WITH wanted AS (
    SELECT
        string_agg('''' || word || '''', ' & ')::tsquery AS whole_words,
        string_agg('''' || word || ''':*', ' & ')::tsquery AS beginnings,
        string_agg(' ' || word, '' ORDER BY place) AS phrase
    FROM typed_words(%(text)s)
),

begins_whole AS MATERIALIZED (
    SELECT
        id,
        search_text
    FROM installations
    WHERE
        owner_id IS NULL AND withdrawn_at IS NULL
        AND search_text >= (SELECT wanted.phrase || ' ' FROM wanted)
        AND search_text < (SELECT wanted.phrase || '!' FROM wanted)
    ORDER BY search_text ASC, s3ic_id ASC
    LIMIT %(wanted)s
),

holds_whole AS MATERIALIZED (
    SELECT
        id,
        search_text
    FROM installations
    WHERE
        owner_id IS NULL AND withdrawn_at IS NULL
        AND (SELECT count(*) FROM begins_whole) < %(wanted)s
        AND array_to_tsvector(split_words(search_text)) @@ (SELECT wanted.whole_words FROM wanted)
    -- Any of them: an order would read them all.
    LIMIT %(looked_at)s -- noqa: AM09
),

begins AS MATERIALIZED (
    SELECT
        id,
        search_text
    FROM installations
    WHERE
        owner_id IS NULL AND withdrawn_at IS NULL
        AND (SELECT count(*) FROM begins_whole) < %(wanted)s
        AND (SELECT count(*) FROM holds_whole) < %(wanted)s
        AND search_text >= (SELECT wanted.phrase FROM wanted)
        AND search_text < (SELECT wanted.phrase || '~' FROM wanted)
    ORDER BY search_text ASC, s3ic_id ASC
    LIMIT 2 * %(wanted)s
),

holds AS MATERIALIZED (
    SELECT
        id,
        search_text
    FROM installations
    WHERE
        owner_id IS NULL AND withdrawn_at IS NULL
        AND (SELECT count(*) FROM begins_whole) < %(wanted)s
        AND (SELECT count(*) FROM holds_whole) < %(wanted)s
        AND (SELECT count(*) FROM begins) < %(wanted)s
        AND array_to_tsvector(split_words(search_text)) @@ (SELECT wanted.beginnings FROM wanted)
    LIMIT %(looked_at)s -- noqa: AM09
),

every_kind AS (
    SELECT
        id,
        0 AS kind,
        search_text AS rank
    FROM begins_whole
    UNION ALL
    SELECT
        id,
        1 AS kind,
        to_char(length(search_text), 'FM0000') || search_text AS rank
    FROM holds_whole
    UNION ALL
    SELECT
        id,
        2 AS kind,
        search_text AS rank
    FROM begins
    UNION ALL
    SELECT
        id,
        3 AS kind,
        to_char(length(search_text), 'FM0000') || search_text AS rank
    FROM holds
),

best AS (
    SELECT DISTINCT ON (id)
        id,
        kind,
        rank
    FROM every_kind
    ORDER BY id ASC, kind ASC
)

SELECT
    found.s3ic_id,
    found.name,
    found.city,
    found.code_postal,
    found.department,
    found.regime,
    found.seveso,
    found.active
FROM best
INNER JOIN installations AS found ON best.id = found.id
ORDER BY best.kind ASC, best.rank ASC, found.s3ic_id ASC
LIMIT %(wanted)s
