SELECT
    former_s3ic_id AS s3ic_id,
    former_name AS name
FROM installation_changes
WHERE change = 'withdrawn'
ORDER BY former_s3ic_id
LIMIT %(limit)s;
