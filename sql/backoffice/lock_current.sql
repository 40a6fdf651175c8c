-- Every order with its current version, held until the end of the transaction.
SELECT
    orders.cid,
    orders.version,
    versions.action,
    versions.metadata,
    versions.fingerprint
FROM backoffice.orders AS orders
INNER JOIN backoffice.order_versions AS versions
    ON orders.cid = versions.cid AND orders.version = versions.number
ORDER BY orders.cid
FOR UPDATE OF orders
