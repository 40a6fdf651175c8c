-- On a server that never saw the project: the roles that a dump gives rights to, as the migrations make them.
DO $$
DECLARE
    role_name text;
    needed_right constant text :=
        CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER' END;
BEGIN
    FOREACH role_name IN ARRAY
        ARRAY['envinorma_etl', 'envinorma_web', 'envinorma_backoffice', 'envinorma_backup']
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
        END IF;
        IF NOT pg_has_role(current_user, role_name, needed_right) THEN
            EXECUTE format('GRANT %I TO %I', role_name, current_user);
        END IF;
    END LOOP;
END
$$;
