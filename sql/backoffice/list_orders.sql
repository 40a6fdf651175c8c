-- Every order of the back-office, and how many published installations have a line it is bound to.
WITH bound AS (
    SELECT DISTINCT
        orders.cid,
        line ->> 'rubrique' AS rubrique,
        line ->> 'regime' AS regime
    FROM backoffice.orders AS orders
    CROSS JOIN jsonb_array_elements(orders.classements) AS line
),

lines AS (
    SELECT DISTINCT
        classements.installation_id,
        classements.rubrique,
        classements.regime
    FROM classements
    INNER JOIN installations ON classements.installation_id = installations.id
    WHERE installations.owner_id IS NULL AND installations.withdrawn_at IS NULL
),

concerned AS (
    SELECT
        bound.cid,
        count(DISTINCT lines.installation_id) AS installations
    FROM bound
    INNER JOIN lines ON bound.rubrique = lines.rubrique AND bound.regime = lines.regime
    GROUP BY bound.cid
)

SELECT
    orders.cid,
    orders.nor,
    orders.state,
    orders.title,
    orders.nickname,
    orders.is_transverse,
    orders.date_of_signature,
    orders.classements,
    orders.sections,
    orders.sections_with_topic,
    orders.attention,
    orders.upstream_changed_at,
    orders.version,
    orders.updated_at,
    coalesce(concerned.installations, 0) AS installations
FROM backoffice.orders AS orders
LEFT JOIN concerned ON orders.cid = concerned.cid
ORDER BY orders.date_of_signature DESC, orders.cid ASC
LIMIT %(limit)s
