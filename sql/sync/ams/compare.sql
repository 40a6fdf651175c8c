-- What applying the staged orders would change: orders, then alineas.
WITH orders AS (
    SELECT
        count(*) FILTER (WHERE ams.cid IS NULL) AS created,
        count(*) FILTER (WHERE staged.is_changed AND ams.cid IS NOT NULL AND ams.withdrawn_at IS NULL)
            AS updated,
        count(*) FILTER (WHERE ams.withdrawn_at IS NOT NULL) AS returned,
        count(*) FILTER (WHERE NOT staged.is_changed) AS unchanged
    FROM staged_ams AS staged
    LEFT JOIN ams ON staged.cid = ams.cid
),

published AS (
    SELECT
        count(*) AS orders,
        count(*) FILTER (WHERE staged.cid IS NULL) AS withdrawn
    FROM ams
    LEFT JOIN staged_ams AS staged ON ams.cid = staged.cid
    WHERE ams.withdrawn_at IS NULL
),

paragraphs AS (
    SELECT
        count(*) FILTER (WHERE alineas.alinea_id IS NULL) AS created,
        count(*) FILTER (
            WHERE alineas.alinea_id IS NOT NULL
            AND (
                alineas.cid, alineas.section_id, alineas.index_in_section, alineas.rank, alineas.reference,
                alineas.name, alineas.topic, alineas.is_table, alineas.is_variant, alineas.body,
                alineas.search
            ) IS DISTINCT FROM (
                staged.cid, staged.section_id, staged.index_in_section, staged.rank, staged.reference,
                staged.name, staged.topic, staged.is_table, staged.is_variant, staged.body,
                staged.search
            )
        ) AS updated
    FROM staged_alineas AS staged
    LEFT JOIN alineas ON staged.alinea_id = alineas.alinea_id
),

gone AS (
    SELECT count(*) AS deleted
    FROM alineas
    INNER JOIN staged_ams AS staged ON alineas.cid = staged.cid
    WHERE
        staged.is_changed
        AND NOT EXISTS (
            SELECT FROM staged_alineas
            WHERE staged_alineas.alinea_id = alineas.alinea_id
        )
),

kept AS (
    SELECT count(*) AS alineas
    FROM alineas
    INNER JOIN staged_ams AS staged ON alineas.cid = staged.cid
)

SELECT
    published.orders AS orders_before,
    orders.created AS orders_created,
    orders.updated AS orders_updated,
    orders.returned AS orders_returned,
    published.withdrawn AS orders_withdrawn,
    orders.unchanged AS orders_unchanged,
    kept.alineas AS alineas_before,
    paragraphs.created AS alineas_created,
    paragraphs.updated AS alineas_updated,
    gone.deleted AS alineas_deleted
FROM orders, published, paragraphs, gone, kept;
