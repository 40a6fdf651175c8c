-- New versions by import: no author, nothing lost.
INSERT INTO backoffice.order_versions (cid, number, action, document, metadata, fingerprint)
SELECT
    cid,
    number,
    'import' AS action,
    document,
    metadata::jsonb AS metadata,
    fingerprint
FROM unnest(
    %(cids)s::text[], %(numbers)s::integer[], %(documents)s::bytea[], %(metadata)s::text[],
    %(fingerprints)s::bytea[]
) AS given (cid, number, document, metadata, fingerprint)
