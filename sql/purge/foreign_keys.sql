-- Every foreign key between tables that this role reads, with its columns on both sides.
SELECT
    fk.conname AS name,
    child_schema.nspname AS child_schema,
    child.relname AS child,
    parent_schema.nspname AS parent_schema,
    parent.relname AS parent,
    array(
        SELECT att.attname::text
        FROM unnest(fk.conkey) WITH ORDINALITY AS col (num, place)
        INNER JOIN pg_attribute AS att ON fk.conrelid = att.attrelid AND col.num = att.attnum
        ORDER BY col.place
    ) AS child_columns,
    array(
        SELECT att.attname::text
        FROM unnest(fk.confkey) WITH ORDINALITY AS col (num, place)
        INNER JOIN pg_attribute AS att ON fk.confrelid = att.attrelid AND col.num = att.attnum
        ORDER BY col.place
    ) AS parent_columns
FROM pg_constraint AS fk
INNER JOIN pg_class AS child ON fk.conrelid = child.oid
INNER JOIN pg_namespace AS child_schema ON child.relnamespace = child_schema.oid
INNER JOIN pg_class AS parent ON fk.confrelid = parent.oid
INNER JOIN pg_namespace AS parent_schema ON parent.relnamespace = parent_schema.oid
WHERE
    fk.contype = 'f'
    AND has_schema_privilege(child_schema.oid, 'USAGE')
    AND has_schema_privilege(parent_schema.oid, 'USAGE')
    AND has_table_privilege(child.oid, 'SELECT')
    AND has_table_privilege(parent.oid, 'SELECT')
ORDER BY child_schema.nspname, child.relname, fk.conname;
