-- Of the words that were typed those that no text holds, each with the nearest word of the names of sections
-- (a few thousand, and what people look for is among them), NULL where none is near enough.
WITH typed AS (
    SELECT
        given.word,
        given.place,
        plainto_tsquery('public.french_unaccent', given.word) AS query,
        lower(unaccent(given.word)) AS folded
    FROM unnest(%(words)s::text[]) WITH ORDINALITY AS given (word, place)
),

unknown_words AS MATERIALIZED (
    SELECT
        typed.word,
        typed.place,
        typed.folded
    FROM typed
    WHERE
        numnode(typed.query) > 0
        AND NOT EXISTS (
            SELECT FROM alineas
            WHERE alineas.search @@ typed.query
        )
        AND NOT EXISTS (
            SELECT FROM ap_pages
            WHERE ap_pages.search @@ typed.query
        )
),

names AS (
    SELECT DISTINCT alineas.name FROM alineas
    WHERE alineas.index_in_section = 0 AND EXISTS (SELECT FROM unknown_words)
),

known_words AS MATERIALIZED (
    SELECT
        lower(unaccent(parted.word)) AS folded,
        mode() WITHIN GROUP (ORDER BY parted.word) AS word,
        count(*) AS times
    FROM names
    -- Ranges, not classes: these depend on the locale of the server.
    CROSS JOIN
        LATERAL regexp_split_to_table(normalize(names.name), '[^A-Za-zÀ-ÖØ-öø-ÿŒœ]+') AS parted (word)
    WHERE length(parted.word) >= 5
    GROUP BY lower(unaccent(parted.word))
)

SELECT
    unknown_words.word,
    near.word AS nearest
FROM unknown_words
LEFT JOIN LATERAL (
    SELECT
        known_words.word,
        similarity(known_words.folded, unknown_words.folded) AS closeness
    FROM known_words
    ORDER BY closeness DESC, known_words.times DESC, known_words.word ASC
    LIMIT 1
) AS near ON near.closeness >= 0.3
ORDER BY unknown_words.place
