-- Pages of prefectoral orders that were found, with the pieces around what matches, between marks.
SELECT
    pages.ap_id,
    pages.page,
    aps.georisques_id,
    aps.s3ic_id,
    aps.dated_on,
    aps.page_count,
    sites.name AS installation,
    sites.city,
    left(pages.text, 40) AS beginning,
    right(left(pages.text, %(longest)s), 40) AS ending,
    coalesce(aps.title, aps.description) AS title,
    ts_headline('public.french_unaccent', left(pages.text, %(longest)s), %(query)s::tsquery, %(pieces)s)
        AS extract
FROM unnest(%(ids)s::bigint[], %(pages)s::integer[]) AS wanted (ap_id, page)
INNER JOIN ap_pages AS pages ON wanted.ap_id = pages.ap_id AND wanted.page = pages.page
INNER JOIN aps ON pages.ap_id = aps.id
INNER JOIN installations AS sites ON aps.s3ic_id = sites.s3ic_id AND sites.owner_id IS NULL
