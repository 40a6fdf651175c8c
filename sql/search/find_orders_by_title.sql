-- Ministerial orders whose title or nickname holds what was asked, best first.
SELECT
    found.cid,
    ts_headline('public.french_unaccent', found.title, %(query)s::tsquery, %(whole)s) AS title,
    ts_headline('public.french_unaccent', found.nickname, %(query)s::tsquery, %(whole)s) AS nickname
FROM (
    SELECT
        cid,
        title,
        date_of_signature,
        coalesce(nickname, '') AS nickname,
        to_tsvector('public.french_unaccent', title || ' ' || coalesce(nickname, '')) AS search
    FROM ams
    WHERE withdrawn_at IS NULL AND (%(cids)s::text[] IS NULL OR cid = any(%(cids)s::text[]))
) AS found
WHERE found.search @@ %(query)s::tsquery
ORDER BY ts_rank(found.search, %(query)s::tsquery, 1) DESC, found.date_of_signature DESC, found.cid ASC
LIMIT %(wanted)s
