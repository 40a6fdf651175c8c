-- The person of an identity, who no other request writes for until this one ends.
SELECT
    id,
    grouping,
    last_seen_at < now() - interval '1 hour' AS is_back
FROM users
WHERE identity_hash = %(identity_hash)s
FOR NO KEY UPDATE;
