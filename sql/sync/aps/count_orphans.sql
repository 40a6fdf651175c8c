-- Orders in service whose installation is not.
SELECT count(*) AS orphans
FROM aps
WHERE
    withdrawn_at IS NULL
    AND NOT EXISTS (
        SELECT FROM installations
        WHERE
            installations.s3ic_id = aps.s3ic_id
            AND installations.owner_id IS NULL
            AND installations.withdrawn_at IS NULL
    );
