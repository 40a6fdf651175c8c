-- What the readings in the table were made from, withdrawn orders included: one that returns has its text.
SELECT
    georisques_id,
    fingerprint,
    description
FROM aps
WHERE fingerprint IS NOT NULL AND derivation = %(derivation)s;
