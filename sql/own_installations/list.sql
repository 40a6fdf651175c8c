-- What a person made: copies and fictive installations, newest first, with what hangs on each.
SELECT
    own.id,
    own.s3ic_id,
    own.name,
    own.city,
    own.created_at,
    (
        SELECT count(*) FROM classements
        WHERE classements.installation_id = own.id
    ) AS classements,
    (
        SELECT count(*) FROM prescriptions
        WHERE
            prescriptions.user_id = own.owner_id
            AND prescriptions.installation_id = own.id
            AND prescriptions.removed_at IS NULL
    ) AS picks
FROM installations AS own
WHERE own.owner_id = %(owner_id)s
ORDER BY own.created_at DESC, own.id DESC
LIMIT %(wanted)s;
