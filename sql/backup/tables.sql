-- Every table of ours with the columns of its primary key (none where it has none) and roughly its rows.
SELECT
    schemas.nspname AS schema_name,
    tables.relname AS table_name,
    greatest(tables.reltuples, 0)::bigint AS roughly,
    array(
        SELECT att.attname::text
        FROM pg_index AS ind
        CROSS JOIN LATERAL unnest(ind.indkey) WITH ORDINALITY AS col (num, place)
        INNER JOIN pg_attribute AS att ON ind.indrelid = att.attrelid AND col.num = att.attnum
        WHERE ind.indrelid = tables.oid AND ind.indisprimary
        ORDER BY col.place
    ) AS key_columns
FROM pg_class AS tables
INNER JOIN pg_namespace AS schemas ON tables.relnamespace = schemas.oid
WHERE tables.relkind = 'r' AND schemas.nspname IN ('public', 'backoffice')
ORDER BY schemas.nspname, tables.relname;
