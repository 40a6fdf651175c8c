-- Published installations that match every word typed (as the beginning of a word of theirs), best first.
-- text: as typed, '' lists all; identifier: the beginning of an s3ic_id; filters: NULL lets everything by;
-- counted: whether `total` is wanted (else NULL).
WITH typed AS (
    SELECT
        given.word,
        min(given.position) AS position
    FROM
        unnest(split_words(regexp_replace(fold_text(' ' || %(text)s || ' '), '[^a-z0-9]+', ' ', 'g')))
        WITH ORDINALITY AS given (word, position)
    WHERE given.word NOT IN ('saint', 'sainte') -- folding left « st » and « ste » beside them
    GROUP BY given.word
    ORDER BY position
    LIMIT 8
),

wanted AS (
    SELECT
        string_agg('''' || word || ''':*', ' & ')::tsquery AS lexemes,
        string_agg(' ' || word, '' ORDER BY position) AS phrase,
        array_agg('%% ' || word || ' %%') AS whole_words
    FROM typed
),

matches AS NOT MATERIALIZED (
    SELECT *
    FROM installations
    WHERE
        owner_id IS NULL AND withdrawn_at IS NULL
        AND (
            %(text)s = ''
            OR array_to_tsvector(split_words(search_text)) @@ (SELECT wanted.lexemes FROM wanted)
        )
        AND (%(identifier)s::text IS NULL OR s3ic_id LIKE %(identifier)s || '%%')
        AND (%(num_dep)s::text IS NULL OR num_dep = %(num_dep)s)
        AND (%(regime)s::text IS NULL OR regime = %(regime)s)
        AND (%(seveso)s::text IS NULL OR seveso = %(seveso)s)
        AND (%(active)s::text IS NULL OR active = %(active)s)
),

number AS NOT MATERIALIZED (
    SELECT count(*) AS of_matches FROM matches
)

SELECT
    s3ic_id,
    name,
    city,
    code_postal,
    department,
    regime,
    seveso,
    active,
    CASE WHEN %(counted)s THEN (SELECT number.of_matches FROM number) END AS total
FROM matches
ORDER BY
    search_text LIKE all((SELECT wanted.whole_words FROM wanted)::text[]) DESC,
    strpos(search_text, (SELECT wanted.phrase FROM wanted)) = 1 DESC,
    length(search_text) ASC,
    search_text ASC,
    s3ic_id ASC
LIMIT %(wanted)s OFFSET %(skipped)s
