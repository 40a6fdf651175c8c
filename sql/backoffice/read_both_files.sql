-- The file of some orders in their current version, and the file in service; either may lack.
SELECT
    given.cid,
    versions.document,
    ams.content AS published
FROM unnest(%(cids)s::text[]) AS given (cid)
LEFT JOIN backoffice.orders AS orders ON given.cid = orders.cid
LEFT JOIN backoffice.order_versions AS versions
    ON orders.cid = versions.cid AND orders.version = versions.number
LEFT JOIN ams ON given.cid = ams.cid AND ams.withdrawn_at IS NULL
ORDER BY given.cid
