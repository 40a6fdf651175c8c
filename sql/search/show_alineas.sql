-- Alineas that were found, with what matches in them and in the name of their section between marks.
-- A short one is shown whole, of a long one the pieces around what matches.
SELECT
    alineas.alinea_id,
    alineas.cid,
    ams.title,
    ams.nickname,
    alineas.reference,
    alineas.topic,
    left(alineas.body, 40) AS beginning,
    right(left(alineas.body, %(longest)s), 40) AS ending,
    ts_headline('public.french_unaccent', normalize(alineas.name), %(query)s::tsquery, %(whole)s) AS name,
    ts_headline(
        'public.french_unaccent',
        left(alineas.body, %(longest)s),
        %(query)s::tsquery,
        CASE WHEN length(alineas.body) <= %(short)s THEN %(whole)s ELSE %(pieces)s END
    ) AS extract
FROM alineas
INNER JOIN ams ON alineas.cid = ams.cid
WHERE alineas.alinea_id = any(%(ids)s)
