-- Published installations that hold, for every word typed, that word or one near to it, nearest first; those
-- that hold every word as typed are left to find_installations.sql. The threshold holds for the transaction.
-- Some are taken for each choice of the first word: a common word near to it must not hide a rare one.
SELECT set_config('pg_trgm.similarity_threshold', '0.2', TRUE);

WITH typed AS (
    SELECT
        word,
        place
    FROM typed_words(%(text)s)
),

choices AS MATERIALIZED (
    SELECT
        place,
        '''' || word || ''':*' AS lexeme,
        '%% ' || word || '%%' AS pattern,
        1.0::real AS closeness
    FROM typed
    UNION ALL
    SELECT
        typed.place,
        '''' || near.word || '''' AS lexeme,
        '%% ' || near.word || ' %%' AS pattern,
        near.closeness
    FROM typed
    CROSS JOIN LATERAL similar_words(typed.word, 6) AS near
    WHERE typed.word ~ '^[a-z]{4,}$'
),

exact AS (
    SELECT string_agg(lexeme, ' & ')::tsquery AS lexemes FROM choices
    WHERE closeness = 1.0 AND lexeme LIKE '%%:*'
),

other_words AS (
    SELECT string_agg('(' || alternatives.lexemes || ')', ' & ')::tsquery AS lexemes
    FROM (
        SELECT string_agg(lexeme, ' | ') AS lexemes FROM choices
        WHERE place > (SELECT min(first.place) FROM choices AS first)
        GROUP BY place
    ) AS alternatives
),

first_words AS (
    SELECT
        coalesce(lexeme::tsquery && (SELECT other.lexemes FROM other_words AS other), lexeme::tsquery)
            AS lexemes
    FROM choices
    WHERE place = (SELECT min(first.place) FROM choices AS first)
),

candidates AS (
    SELECT DISTINCT
        taken.id,
        taken.search_text
    FROM first_words
    CROSS JOIN LATERAL (
        SELECT
            site.id,
            site.search_text
        FROM installations AS site
        WHERE
            site.owner_id IS NULL AND site.withdrawn_at IS NULL
            AND array_to_tsvector(split_words(site.search_text)) @@ first_words.lexemes
            AND NOT array_to_tsvector(split_words(site.search_text)) @@ (SELECT exact.lexemes FROM exact)
            AND (%(num_dep)s::text IS NULL OR site.num_dep = %(num_dep)s)
            AND (%(regime)s::text IS NULL OR site.regime = %(regime)s)
            AND (%(seveso)s::text IS NULL OR site.seveso = %(seveso)s)
            AND (%(active)s::text IS NULL OR site.active = %(active)s)
        -- Any hundred of them: an order would read them all.
        LIMIT 100 -- noqa: AM09
    ) AS taken
),

ranked AS (
    SELECT
        candidates.id,
        candidates.search_text,
        sum(best.closeness) AS closeness
    FROM candidates
    CROSS JOIN
        LATERAL (
            SELECT max(choices.closeness) AS closeness FROM choices
            WHERE candidates.search_text LIKE choices.pattern
            GROUP BY choices.place
        ) AS best
    GROUP BY candidates.id, candidates.search_text
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
FROM ranked
INNER JOIN installations AS found ON ranked.id = found.id
ORDER BY ranked.closeness DESC, length(ranked.search_text) ASC, ranked.search_text ASC, found.s3ic_id ASC
LIMIT %(wanted)s
