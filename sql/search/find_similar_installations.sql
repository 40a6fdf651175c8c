-- Published installations that hold, for every word typed, that word or one near to it, nearest first; those
-- that hold every word as typed are left to find_installations.sql. The threshold holds for the transaction.
SELECT set_config('pg_trgm.similarity_threshold', '0.2', TRUE);

WITH typed AS (
    SELECT
        given.word,
        min(given.position) AS position
    FROM
        unnest(split_words(regexp_replace(fold_text(' ' || %(text)s || ' '), '[^a-z0-9]+', ' ', 'g')))
        WITH ORDINALITY AS given (word, position)
    WHERE given.word NOT IN ('saint', 'sainte')
    GROUP BY given.word
    ORDER BY position
    LIMIT 8
),

choices AS MATERIALIZED (
    SELECT
        position,
        '''' || word || ''':*' AS lexeme,
        '%% ' || word || '%%' AS pattern,
        1.0::real AS closeness
    FROM typed
    UNION ALL
    SELECT
        typed.position,
        '''' || near.word || '''' AS lexeme,
        '%% ' || near.word || ' %%' AS pattern,
        near.closeness
    FROM typed
    CROSS JOIN LATERAL similar_words(typed.word, 6) AS near
    WHERE typed.word ~ '^[a-z]{4,}$'
),

wanted AS (
    SELECT string_agg('(' || alternatives.lexemes || ')', ' & ')::tsquery AS lexemes
    FROM (
        SELECT string_agg(lexeme, ' | ') AS lexemes FROM choices
        GROUP BY position
    ) AS alternatives
),

as_typed AS (
    SELECT string_agg('''' || word || ''':*', ' & ')::tsquery AS lexemes FROM typed
)

SELECT
    found.s3ic_id,
    found.name,
    found.city,
    found.code_postal,
    found.department,
    found.regime,
    found.seveso,
    found.active,
    count(*) OVER () AS total
FROM installations AS found
WHERE
    found.owner_id IS NULL AND found.withdrawn_at IS NULL
    AND array_to_tsvector(split_words(found.search_text)) @@ (SELECT wanted.lexemes FROM wanted)
    AND NOT array_to_tsvector(split_words(found.search_text)) @@ (SELECT typed.lexemes FROM as_typed AS typed)
    AND (%(num_dep)s::text IS NULL OR found.num_dep = %(num_dep)s)
    AND (%(regime)s::text IS NULL OR found.regime = %(regime)s)
    AND (%(seveso)s::text IS NULL OR found.seveso = %(seveso)s)
    AND (%(active)s::text IS NULL OR found.active = %(active)s)
ORDER BY
    (
        SELECT sum(best.closeness)
        FROM (
            SELECT max(choices.closeness) AS closeness FROM choices
            WHERE found.search_text LIKE choices.pattern
            GROUP BY choices.position
        ) AS best
    ) DESC,
    length(found.search_text) ASC,
    found.search_text ASC,
    found.s3ic_id ASC
LIMIT %(wanted)s
