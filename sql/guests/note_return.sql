-- Who writes after a long absence has come back: the purge looks at this row, which the request holds.
UPDATE users
SET last_seen_at = now()
WHERE id = %(id)s;
