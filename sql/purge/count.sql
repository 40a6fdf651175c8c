-- What a purge would delete.
WITH idle AS (
    SELECT users.id
    FROM users
    WHERE users.last_seen_at < now() - make_interval(days => %(inactive_days)s)
),

own AS (
    SELECT
        installations.id,
        installations.s3ic_id
    FROM installations
    INNER JOIN idle ON installations.owner_id = idle.id
)

SELECT
    (SELECT count(*) FROM idle) AS people,
    (
        SELECT count(*) FROM own
        WHERE own.s3ic_id <> %(fictive_id)s
    ) AS copies,
    (
        SELECT count(*) FROM own
        WHERE own.s3ic_id = %(fictive_id)s
    ) AS fictive,
    (
        SELECT count(*) FROM classements
        INNER JOIN own ON classements.installation_id = own.id
    ) AS classements,
    (
        SELECT count(*) FROM prescriptions
        INNER JOIN idle ON prescriptions.user_id = idle.id
    ) AS prescriptions;
