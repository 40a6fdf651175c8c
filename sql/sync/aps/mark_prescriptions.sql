-- A pick stays with the text its person took; it is marked while its order is gone.
WITH picked AS (
    SELECT
        prescriptions.id,
        NOT EXISTS (
            SELECT FROM aps
            WHERE aps.georisques_id = prescriptions.georisques_id AND aps.withdrawn_at IS NULL
        ) AS is_gone
    FROM prescriptions
    WHERE prescriptions.georisques_id IS NOT NULL
)

UPDATE prescriptions
SET gone_at = CASE WHEN picked.is_gone THEN now() END
FROM picked
WHERE prescriptions.id = picked.id AND picked.is_gone <> (prescriptions.gone_at IS NOT NULL);
