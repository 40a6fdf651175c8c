-- Published installations whose s3ic_id begins with what is being typed.
SELECT
    s3ic_id,
    name,
    city,
    code_postal,
    department,
    regime,
    seveso,
    active
FROM installations
WHERE owner_id IS NULL AND withdrawn_at IS NULL AND s3ic_id LIKE %(identifier)s || '%%'
ORDER BY s3ic_id
LIMIT %(wanted)s
