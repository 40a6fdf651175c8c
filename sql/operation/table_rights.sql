-- Of some tables, those that the login may use in any way that is named.
WITH named AS (SELECT unnest(%(tables)s::text[]) AS table_name),

wanted AS (SELECT unnest(%(rights)s::text[]) AS privilege)

SELECT named.table_name
FROM named
INNER JOIN pg_namespace AS namespace ON split_part(named.table_name, '.', 1) = namespace.nspname
INNER JOIN pg_class AS class
    ON namespace.oid = class.relnamespace AND split_part(named.table_name, '.', 2) = class.relname
CROSS JOIN wanted
GROUP BY named.table_name
HAVING
    bool_or(
        has_table_privilege(session_user, class.oid, wanted.privilege)
        OR (
            wanted.privilege != 'DELETE'
            AND has_any_column_privilege(session_user, class.oid, wanted.privilege)
        )
    )
ORDER BY named.table_name
