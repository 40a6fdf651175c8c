-- The published orders that Légifrance may have, and what their text was there.
SELECT
    orders.cid,
    texts.fingerprint
FROM backoffice.orders AS orders
LEFT JOIN backoffice.upstream_texts AS texts ON orders.cid = texts.cid
WHERE orders.state = 'VIGUEUR' AND orders.cid ~ '^(JORFTEXT|LEGITEXT)\d{12}$'
ORDER BY orders.cid
LIMIT %(limit)s
