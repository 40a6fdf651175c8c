-- Published installations that have a line of a rubrique and regime of an order, as its version says them.
WITH lines AS (
    SELECT installation_id
    FROM classements
    WHERE rubrique || ' ' || regime = ANY(%(bound)s)
)

SELECT
    s3ic_id,
    name,
    city
FROM installations
WHERE
    owner_id IS NULL
    AND withdrawn_at IS NULL
    AND id IN (SELECT lines.installation_id FROM lines)
ORDER BY name, s3ic_id
LIMIT %(limit)s
