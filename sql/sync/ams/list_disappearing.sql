SELECT
    ams.cid,
    ams.title
FROM ams
LEFT JOIN staged_ams AS staged ON ams.cid = staged.cid
WHERE ams.withdrawn_at IS NULL AND staged.cid IS NULL
ORDER BY ams.cid
LIMIT %(limit)s;
