UPDATE ams
SET
    withdrawn_at = now(),
    updated_at = now()
WHERE
    withdrawn_at IS NULL
    AND NOT EXISTS (
        SELECT FROM staged_ams
        WHERE staged_ams.cid = ams.cid
    );
