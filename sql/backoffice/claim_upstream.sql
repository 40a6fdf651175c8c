-- The oldest change that nobody was told of, taken by whoever tells it now.
UPDATE backoffice.upstream_texts AS texts
SET announced_at = now()
FROM backoffice.orders AS orders
WHERE
    orders.cid = texts.cid
    AND texts.cid = (
        SELECT waiting.cid
        FROM backoffice.upstream_texts AS waiting
        WHERE
            waiting.changed_at IS NOT NULL AND waiting.announced_at IS NULL
            AND NOT waiting.cid = any(%(cids)s::text[])
        ORDER BY waiting.changed_at, waiting.cid
        LIMIT 1
        FOR UPDATE SKIP LOCKED
    )
RETURNING texts.cid, orders.title, texts.changed_at
