-- The person of an identity, who no other request writes for until this one ends.
SELECT
    id,
    grouping
FROM users
WHERE identity_hash = %(identity_hash)s
FOR NO KEY UPDATE;
