SELECT
    aps.georisques_id,
    aps.s3ic_id,
    coalesce(aps.title, aps.description) AS title
FROM aps
LEFT JOIN staged_aps AS staged ON aps.georisques_id = staged.georisques_id
WHERE aps.withdrawn_at IS NULL AND staged.georisques_id IS NULL
ORDER BY aps.georisques_id
LIMIT %(limit)s;
