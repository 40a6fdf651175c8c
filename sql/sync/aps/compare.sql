-- What applying the staged orders would change: orders, their texts, their pages.
WITH orders AS (
    SELECT
        count(*) FILTER (WHERE aps.georisques_id IS NULL) AS created,
        count(*) FILTER (WHERE aps.withdrawn_at IS NOT NULL) AS returned,
        count(*) FILTER (WHERE target.is_changed AND aps.withdrawn_at IS NULL) AS updated,
        count(*) AS staged,
        count(*) FILTER (
            WHERE aps.page_count > 0 AND aps.withdrawn_at IS NULL AND coalesce(target.page_count, 0) = 0
        ) AS texts_lost,
        coalesce(sum(aps.page_count), 0) AS pages
    FROM target_aps AS target
    LEFT JOIN aps ON target.georisques_id = aps.georisques_id
),

published AS (
    SELECT
        count(*) AS orders,
        count(*) FILTER (WHERE aps.page_count > 0) AS texts,
        count(*) FILTER (WHERE staged.georisques_id IS NULL) AS withdrawn
    FROM aps
    LEFT JOIN staged_aps AS staged ON aps.georisques_id = staged.georisques_id
    WHERE aps.withdrawn_at IS NULL
),

pages AS (
    SELECT
        count(*) FILTER (WHERE kept.ap_id IS NULL) AS created,
        count(*) FILTER (
            WHERE kept.ap_id IS NOT NULL
            AND (kept.decision, kept.confidence, kept.text, kept.search)
            IS DISTINCT FROM (staged.decision, staged.confidence, staged.text, staged.search)
        ) AS updated
    FROM staged_pages AS staged
    LEFT JOIN aps ON staged.georisques_id = aps.georisques_id
    LEFT JOIN ap_pages AS kept ON aps.id = kept.ap_id AND staged.page = kept.page
),

gone AS (
    SELECT count(*) AS pages
    FROM ap_pages AS kept
    INNER JOIN aps ON kept.ap_id = aps.id
    INNER JOIN staged_aps AS staged ON aps.georisques_id = staged.georisques_id
    WHERE
        NOT staged.is_kept
        AND NOT EXISTS (
            SELECT FROM staged_pages
            WHERE staged_pages.georisques_id = aps.georisques_id AND staged_pages.page = kept.page
        )
)

SELECT
    published.orders AS orders_before,
    orders.created AS orders_created,
    orders.updated AS orders_updated,
    orders.returned AS orders_returned,
    published.withdrawn AS orders_withdrawn,
    orders.staged AS orders_staged,
    published.texts AS texts_before,
    orders.texts_lost,
    orders.pages AS pages_before,
    pages.created AS pages_created,
    pages.updated AS pages_updated,
    gone.pages AS pages_deleted
FROM orders, published, pages, gone;
