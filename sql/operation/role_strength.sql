-- How strong the login is that this connection came with, whatever role it plays now.
SELECT
    role.rolname AS login,
    role.rolsuper OR role.rolbypassrls AS is_superuser,
    role.rolcreaterole OR role.rolcreatedb OR role.rolreplication AS may_make_roles,
    (
        SELECT coalesce(array_agg(DISTINCT pg_get_userbyid(class.relowner)::text), '{}')
        FROM pg_class AS class
        INNER JOIN pg_namespace AS namespace ON class.relnamespace = namespace.oid
        WHERE
            namespace.nspname IN ('public', 'backoffice')
            AND class.relkind IN ('r', 'p', 'v', 'm')
            AND pg_has_role(session_user, class.relowner, 'MEMBER')
    ) AS owners,
    row_security_active('installations') AND row_security_active('classements') AS keeps_rows_apart
FROM pg_roles AS role
WHERE role.rolname = session_user
