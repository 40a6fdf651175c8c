-- A text that changes with any order in service.
SELECT md5(string_agg(cid || encode(fingerprint, 'base64'), ',' ORDER BY cid)) AS version
FROM ams
WHERE withdrawn_at IS NULL;
