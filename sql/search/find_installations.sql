-- Published installations that match every word typed (as the beginning of a word of theirs), best first:
-- those that begin with these very words, that hold them, that begin with the text, then the others.
-- text: as typed, '' lists all; identifier: the beginning of an s3ic_id; filters: NULL lets everything by.
WITH wanted AS (
    SELECT
        string_agg('''' || word || ''':*', ' & ')::tsquery AS lexemes,
        string_agg(' ' || word, '' ORDER BY place) AS phrase,
        array_agg('%% ' || word || ' %%') AS whole_words
    FROM typed_words(%(text)s)
),

matches AS NOT MATERIALIZED (
    SELECT
        *,
        CASE
            WHEN strpos(search_text, (SELECT wanted.phrase || ' ' FROM wanted)) = 1 THEN 0
            WHEN search_text LIKE all((SELECT wanted.whole_words FROM wanted)::text[]) THEN 1
            WHEN strpos(search_text, (SELECT wanted.phrase FROM wanted)) = 1 THEN 2
            ELSE 3
        END AS kind
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
    (SELECT count(all_of_them.id) FROM matches AS all_of_them) AS total
FROM matches
ORDER BY
    kind ASC,
    CASE WHEN kind IN (1, 3) THEN length(search_text) END ASC,
    search_text ASC,
    s3ic_id ASC
LIMIT %(wanted)s OFFSET %(skipped)s
