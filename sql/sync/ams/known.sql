-- Orders in service whose alineas were made by the present rules.
SELECT
    cid,
    fingerprint
FROM ams
WHERE withdrawn_at IS NULL AND derivation = %(derivation)s;
