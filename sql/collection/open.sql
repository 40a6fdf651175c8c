-- What a tick begins with: the person of an identity, who no other request writes for until this one ends;
-- the installation of an address, where this person may see it; and what the engine reads of its lines, a
-- row for each (one row without a line where it has none), in the order of the source.
WITH person AS MATERIALIZED (
    SELECT
        id,
        grouping,
        last_seen_at < now() - interval '1 hour' AS is_back
    FROM users
    WHERE identity_hash = %(identity_hash)s
    FOR NO KEY UPDATE
),

visible AS (
    SELECT
        id,
        s3ic_id,
        owner_id,
        name
    FROM installations
    WHERE
        (s3ic_id = %(s3ic_id)s AND owner_id IS NULL)
        OR (id = %(own_id)s AND owner_id = (SELECT person.id FROM person))
)

SELECT
    visible.id,
    visible.s3ic_id,
    visible.owner_id,
    visible.name,
    person.id AS person_id,
    person.grouping,
    person.is_back,
    classements.rubrique,
    classements.regime,
    classements.alinea,
    classements.date_autorisation,
    classements.date_mise_en_service,
    classements.volume
FROM visible
LEFT JOIN person ON TRUE
LEFT JOIN classements ON visible.id = classements.installation_id
ORDER BY classements.position;
