-- Each order that would be published beside the one in service; either may lack.
WITH edited AS (
    SELECT
        orders.cid,
        orders.title,
        orders.version,
        orders.classements,
        versions.metadata,
        versions.fingerprint
    FROM backoffice.orders AS orders
    INNER JOIN backoffice.order_versions AS versions
        ON orders.cid = versions.cid AND orders.version = versions.number
    WHERE orders.state = 'VIGUEUR' AND orders.cid !~ 'FAKE'
),

in_service AS (
    SELECT
        cid,
        title,
        fingerprint,
        legifrance_url,
        head -> 'classements_with_alineas' AS groups
    FROM ams
    WHERE withdrawn_at IS NULL
)

SELECT
    edited.version,
    edited.classements,
    edited.metadata,
    edited.fingerprint,
    in_service.fingerprint AS published_sha256,
    in_service.legifrance_url,
    in_service.groups,
    coalesce(edited.cid, in_service.cid) AS cid,
    coalesce(edited.title, in_service.title) AS title
FROM edited
FULL JOIN in_service ON edited.cid = in_service.cid
ORDER BY coalesce(edited.cid, in_service.cid)
