UPDATE aps
SET
    withdrawn_at = now(),
    updated_at = now()
WHERE
    withdrawn_at IS NULL
    AND NOT EXISTS (
        SELECT FROM staged_aps
        WHERE staged_aps.georisques_id = aps.georisques_id
    );
