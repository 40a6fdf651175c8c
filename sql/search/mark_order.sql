-- The alineas of a ministerial order that hold what was asked, with what matches in them between marks.
SELECT ts_headline('public.french_unaccent', found.body, found.query, %(whole)s) AS marked
FROM (
    SELECT
        alineas.body,
        asked.query
    FROM alineas
    CROSS JOIN websearch_to_tsquery('public.french_unaccent', %(text)s) AS asked (query)
    WHERE alineas.cid = %(cid)s::text AND NOT alineas.is_variant AND alineas.search @@ asked.query
    ORDER BY alineas.rank
    LIMIT %(wanted)s
) AS found
