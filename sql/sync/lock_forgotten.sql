-- Withdrawn long ago: held, so that nobody picks or copies one between this look and the next.
SELECT id
FROM installations
WHERE
    owner_id IS NULL
    AND withdrawn_at < now() - %(kept_days)s * interval '1 day'
ORDER BY id
FOR UPDATE SKIP LOCKED;
