-- A published installation that this role could change: a trial, one row, let go at once.
SELECT installations.s3ic_id
FROM installations
WHERE installations.owner_id IS NULL
ORDER BY installations.id
LIMIT 1
FOR UPDATE SKIP LOCKED
