-- What was removed last and can be put back: when, and how much of it the person has not picked again.
SELECT
    removed.removed_at,
    count(*) AS picks
FROM prescriptions AS removed
WHERE
    removed.user_id = %(user_id)s
    AND removed.installation_id = %(installation_id)s
    AND removed.removed_at > now() - interval '1 day'
    AND NOT EXISTS (
        SELECT FROM prescriptions AS held
        WHERE
            held.user_id = removed.user_id
            AND held.installation_id = removed.installation_id
            AND held.alinea_id = removed.alinea_id
            AND held.removed_at IS NULL
    )
GROUP BY removed.removed_at
ORDER BY removed.removed_at DESC
LIMIT 1;
