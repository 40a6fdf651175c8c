-- A change whose announcement did not arrive waits for the next one.
UPDATE backoffice.upstream_texts
SET announced_at = NULL
WHERE cid = %(cid)s
