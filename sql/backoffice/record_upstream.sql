-- What was read of each order: a first reading is kept to compare with, another text is a change, which the
-- order shows and the events tell. Gives the orders that changed.
WITH written AS (
    INSERT INTO backoffice.upstream_texts AS known (cid, fingerprint, seen_at)
    SELECT
        given.cid,
        given.fingerprint,
        now() AS seen_at
    FROM unnest(%(cids)s::text[], %(fingerprints)s::bytea[]) AS given (cid, fingerprint)
    ON CONFLICT (cid) DO UPDATE
        SET
            fingerprint = excluded.fingerprint,
            seen_at = excluded.seen_at,
            changed_at = CASE
                WHEN known.fingerprint = excluded.fingerprint THEN known.changed_at ELSE excluded.seen_at
            END,
            announced_at = CASE WHEN known.fingerprint = excluded.fingerprint THEN known.announced_at END
    RETURNING known.cid, known.changed_at
),

changed AS (
    UPDATE backoffice.orders AS orders
    SET upstream_changed_at = written.changed_at
    FROM written
    WHERE orders.cid = written.cid AND written.changed_at = now()
    RETURNING orders.cid, orders.title
),

told AS (
    INSERT INTO backoffice.events (cid, action)
    SELECT
        cid,
        'upstream_changed' AS action
    FROM changed
)

SELECT
    cid,
    title
FROM changed
ORDER BY cid
