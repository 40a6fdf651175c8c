-- How many things of each kind stand around the tables of ours.
WITH ours AS (
    SELECT tables.oid
    FROM pg_class AS tables
    INNER JOIN pg_namespace AS schemas ON tables.relnamespace = schemas.oid
    WHERE tables.relkind = 'r' AND schemas.nspname IN ('public', 'backoffice')
)

SELECT
    (
        SELECT count(*) FROM pg_index
        INNER JOIN ours ON pg_index.indrelid = ours.oid
    ) AS indexes,
    (
        SELECT count(*) FROM pg_constraint
        INNER JOIN ours ON pg_constraint.conrelid = ours.oid
    ) AS constraints,
    (
        SELECT count(*) FROM pg_policy
        INNER JOIN ours ON pg_policy.polrelid = ours.oid
    ) AS policies,
    (
        SELECT count(*) FROM pg_trigger
        INNER JOIN ours ON pg_trigger.tgrelid = ours.oid
        WHERE NOT pg_trigger.tgisinternal
    ) AS triggers;
