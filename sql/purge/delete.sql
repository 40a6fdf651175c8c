-- Delete people with all they made, and count it. Who was here meanwhile is kept: the row is locked and read
-- again by the deletion itself. What they made goes by its foreign keys as well; here it is counted.
WITH gone AS (
    DELETE FROM users
    WHERE users.id = any(%(ids)s) AND users.last_seen_at < %(cutoff)s
    RETURNING users.id
),

picks AS (
    DELETE FROM prescriptions
    USING gone
    WHERE prescriptions.user_id = gone.id
    RETURNING prescriptions.id
),

lines AS (
    DELETE FROM classements
    USING gone, installations
    WHERE installations.owner_id = gone.id AND classements.installation_id = installations.id
    RETURNING classements.id
),

own AS (
    DELETE FROM installations
    USING gone
    WHERE installations.owner_id = gone.id
    RETURNING installations.s3ic_id
)

SELECT
    (SELECT count(*) FROM gone) AS people,
    (
        SELECT count(*) FROM own
        WHERE own.s3ic_id <> %(fictive_id)s
    ) AS copies,
    (
        SELECT count(*) FROM own
        WHERE own.s3ic_id = %(fictive_id)s
    ) AS fictive,
    (SELECT count(*) FROM lines) AS classements,
    (SELECT count(*) FROM picks) AS prescriptions;
