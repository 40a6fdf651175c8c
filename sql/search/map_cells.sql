-- Published installations that match, in a part of the map, gathered by cells of a grid: how many, their
-- middle and their extent, and who they are where they are few. Same question as find_installations.sql.
-- west, south, east, north: degrees; step_x, step_y: sides of a cell in degrees; named: the most to name.
WITH wanted AS (
    SELECT string_agg('''' || word || ''':*', ' & ')::tsquery AS lexemes
    FROM typed_words(%(text)s)
)

SELECT
    count(*) AS sites,
    avg(longitude) AS longitude,
    avg(latitude) AS latitude,
    min(longitude) AS west,
    min(latitude) AS south,
    max(longitude) AS east,
    max(latitude) AS north,
    CASE
        WHEN count(*) <= %(named)s
            THEN json_agg(json_build_array(s3ic_id, name, city) ORDER BY name, s3ic_id)
    END AS named
FROM installations
WHERE
    owner_id IS NULL AND withdrawn_at IS NULL
    AND longitude BETWEEN %(west)s AND %(east)s
    AND latitude BETWEEN %(south)s AND %(north)s
    AND (
        %(text)s = ''
        OR array_to_tsvector(split_words(search_text)) @@ (SELECT wanted.lexemes FROM wanted)
    )
    AND (%(identifier)s::text IS NULL OR s3ic_id LIKE %(identifier)s || '%%')
    AND (%(num_dep)s::text IS NULL OR num_dep = %(num_dep)s)
    AND (%(regime)s::text IS NULL OR regime = %(regime)s)
    AND (%(seveso)s::text IS NULL OR seveso = %(seveso)s)
    AND (%(active)s::text IS NULL OR active = %(active)s)
GROUP BY floor(longitude / %(step_x)s), floor(latitude / %(step_y)s)
ORDER BY sites DESC, south ASC, west ASC
LIMIT %(cells)s
