INSERT INTO backoffice.events (cid, action, details)
SELECT
    cid,
    'import' AS action,
    jsonb_build_object('version', number, 'sha256', %(sha256)s::text) AS details
FROM unnest(%(cids)s::text[], %(numbers)s::integer[]) AS given (cid, number)
