-- A pick stays with the text its person took; it is marked while its order or its alinea is gone.
WITH picked AS (
    SELECT
        prescriptions.id,
        NOT EXISTS (
            SELECT FROM alineas
            INNER JOIN ams ON alineas.cid = ams.cid
            WHERE
                alineas.alinea_id = prescriptions.alinea_id
                AND alineas.cid = prescriptions.cid
                AND ams.withdrawn_at IS NULL
        ) AS is_gone
    FROM prescriptions
    WHERE prescriptions.alinea_id IS NOT NULL
)

UPDATE prescriptions
SET gone_at = CASE WHEN picked.is_gone THEN now() END
FROM picked
WHERE prescriptions.id = picked.id AND picked.is_gone <> (prescriptions.gone_at IS NOT NULL);
