-- Who makes backups reads every row and writes none. The role belongs to the whole server: as in 0001.
DO $$
DECLARE
    needed_right constant text :=
        CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER' END;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'envinorma_backup') THEN
        CREATE ROLE envinorma_backup NOLOGIN;
    END IF;
    IF NOT pg_has_role(current_user, 'envinorma_backup', needed_right) THEN
        EXECUTE format('GRANT envinorma_backup TO %I', current_user);
    END IF;
END
$$;

GRANT USAGE ON SCHEMA public, backoffice TO envinorma_backup;
GRANT SELECT ON ALL TABLES IN SCHEMA public, backoffice TO envinorma_backup;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA public, backoffice TO envinorma_backup;
-- What later migrations make is in the backup without a word of theirs.
ALTER DEFAULT PRIVILEGES IN SCHEMA public, backoffice GRANT SELECT ON TABLES TO envinorma_backup;
ALTER DEFAULT PRIVILEGES IN SCHEMA public, backoffice GRANT SELECT ON SEQUENCES TO envinorma_backup;

CREATE POLICY backup_reads_all_rows ON installations FOR SELECT TO envinorma_backup USING (TRUE);
CREATE POLICY backup_reads_all_rows ON classements FOR SELECT TO envinorma_backup USING (TRUE);
