-- The file of each order to publish; identifiers with FAKE are for trials.
SELECT
    orders.cid,
    versions.document
FROM backoffice.orders AS orders
INNER JOIN backoffice.order_versions AS versions
    ON orders.cid = versions.cid AND orders.version = versions.number
WHERE orders.state = 'VIGUEUR' AND orders.cid !~ 'FAKE'
ORDER BY orders.cid
