-- The alineas of ministerial orders and the pages of prefectoral ones that hold what was asked: which, in
-- which order, and how many there are of each kind (no more are counted than are ranked).
-- query: what was asked; look_for: the same with its exact phrases loosened to their words, which the index
-- answers alone; is_loose: the two differ. phrase: all words in a row, NULL where that is no question.
-- Of a frequent word only so many matches are looked at, as they lie in the table, and the best of these are
-- shown: reading a hundred thousand search vectors takes a second. Of a section's paragraphs, of repeated
-- ones and of an order's pages the second best counts half, the third a third: one text hides no other.
-- The text of an alinea counts more than the name of its section, which its neighbours share.
-- The planner does not know that the vectors lie apart from the rows: reading all of them is never the way.
SELECT set_config('enable_seqscan', 'off', TRUE);

WITH am_seen AS MATERIALIZED (
    SELECT
        alinea_id,
        section_id,
        rank,
        search
    FROM alineas
    WHERE
        %(wants_am)s
        AND search @@ %(look_for)s::tsquery
        AND NOT is_variant
        AND (%(topic)s::text IS NULL OR topic = %(topic)s)
        AND (%(cids)s::text[] IS NULL OR cid = any(%(cids)s::text[]))
        AND EXISTS (
            SELECT FROM ams
            WHERE ams.cid = alineas.cid AND ams.withdrawn_at IS NULL
        )
    LIMIT %(looked_at)s -- noqa: AM09
),

ap_seen AS MATERIALIZED (
    SELECT
        pages.ap_id,
        pages.page,
        pages.search
    FROM ap_pages AS pages
    INNER JOIN aps ON pages.ap_id = aps.id
    INNER JOIN installations AS sites ON aps.s3ic_id = sites.s3ic_id
    WHERE
        %(wants_ap)s
        AND pages.search @@ %(look_for)s::tsquery
        AND aps.withdrawn_at IS NULL
        AND sites.owner_id IS NULL AND sites.withdrawn_at IS NULL
        AND (%(num_dep)s::text IS NULL OR sites.num_dep = %(num_dep)s)
        AND (%(regime)s::text IS NULL OR sites.regime = %(regime)s)
        AND (
            %(rubrique)s::text IS NULL
            OR EXISTS (
                SELECT FROM classements
                WHERE classements.installation_id = sites.id AND classements.rubrique = %(rubrique)s
            )
        )
    LIMIT %(looked_at)s -- noqa: AM09
),

am_scored AS MATERIALIZED (
    SELECT
        alinea_id,
        section_id,
        rank,
        search,
        -- Of two alineas that say the same the shorter is more to the point, but not for being a mere title.
        ts_rank(%(weights)s::real[], search, %(query)s::tsquery) / ln(greatest(length(search), 25)) AS score
    FROM am_seen
    WHERE NOT %(is_loose)s OR search @@ %(query)s::tsquery
    LIMIT %(ranked)s -- noqa: AM09
),

ap_scored AS MATERIALIZED (
    SELECT
        ap_id,
        page,
        search,
        ts_rank(%(weights)s::real[], search, %(query)s::tsquery, 1) AS score
    FROM ap_seen
    WHERE NOT %(is_loose)s OR search @@ %(query)s::tsquery
    LIMIT %(ranked)s -- noqa: AM09
),

am_best AS (
    SELECT
        best.alinea_id,
        best.section_id,
        best.rank,
        md5(alineas.body) AS text_mark,
        best.score
        * CASE WHEN %(phrase)s::tsquery IS NOT NULL AND best.search @@ %(phrase)s::tsquery THEN 2 ELSE 1 END
        * CASE WHEN ts_filter(best.search, '{d}') @@ %(query)s::tsquery THEN 1.5 ELSE 1 END
            AS score
    FROM (
        SELECT *
        FROM am_scored
        ORDER BY score DESC, rank ASC, alinea_id ASC
        LIMIT %(shown)s
    ) AS best
    INNER JOIN alineas ON best.alinea_id = alineas.alinea_id
),

ap_best AS (
    SELECT
        ap_id,
        page,
        score * CASE WHEN %(phrase)s::tsquery IS NOT NULL AND search @@ %(phrase)s::tsquery THEN 2 ELSE 1 END
            AS score
    FROM (
        SELECT *
        FROM ap_scored
        ORDER BY score DESC, ap_id ASC, page ASC
        LIMIT %(shown)s
    ) AS best
),

am_spread AS (
    SELECT
        alinea_id,
        rank,
        score / greatest(
            row_number() OVER (PARTITION BY section_id ORDER BY score DESC, rank ASC, alinea_id ASC),
            row_number() OVER (PARTITION BY text_mark ORDER BY score DESC, rank ASC, alinea_id ASC)
        ) AS score
    FROM am_best
),

ap_spread AS (
    SELECT
        ap_id,
        page,
        score / row_number() OVER (PARTITION BY ap_id ORDER BY score DESC, page ASC) AS score
    FROM ap_best
),

hits AS (
    SELECT
        'am' AS kind,
        alinea_id,
        NULL::bigint AS ap_id,
        NULL::integer AS page,
        row_number() OVER (ORDER BY score DESC, rank ASC, alinea_id ASC) AS place
    FROM am_spread
    UNION ALL
    SELECT
        'ap' AS kind,
        NULL AS alinea_id,
        ap_id,
        page,
        row_number() OVER (ORDER BY score DESC, ap_id ASC, page ASC) AS place
    FROM ap_spread
),

counts AS (
    SELECT
        (SELECT count(*) FROM am_scored) AS alineas,
        (SELECT count(*) FROM ap_scored) AS pages,
        greatest((SELECT count(*) FROM am_seen), (SELECT count(*) FROM ap_seen)) >= %(looked_at)s
            AS is_cut
),

page_of_hits AS (
    SELECT *
    FROM hits
    ORDER BY place ASC, kind ASC
    LIMIT %(wanted)s OFFSET %(skipped)s
)

SELECT
    page_of_hits.kind,
    page_of_hits.alinea_id,
    page_of_hits.ap_id,
    page_of_hits.page,
    counts.alineas,
    counts.pages,
    counts.is_cut
FROM counts
LEFT JOIN page_of_hits ON TRUE
ORDER BY page_of_hits.place ASC, page_of_hits.kind ASC
