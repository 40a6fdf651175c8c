-- The file in service of every order but these.
SELECT
    cid,
    content
FROM ams
WHERE withdrawn_at IS NULL AND NOT cid = any(%(cids)s::text[])
