DROP POLICY backup_reads_all_rows ON classements;
DROP POLICY backup_reads_all_rows ON installations;
ALTER DEFAULT PRIVILEGES IN SCHEMA public, backoffice REVOKE SELECT ON SEQUENCES FROM envinorma_backup;
ALTER DEFAULT PRIVILEGES IN SCHEMA public, backoffice REVOKE SELECT ON TABLES FROM envinorma_backup;
REVOKE SELECT ON ALL SEQUENCES IN SCHEMA public, backoffice FROM envinorma_backup;
REVOKE SELECT ON ALL TABLES IN SCHEMA public, backoffice FROM envinorma_backup;
REVOKE USAGE ON SCHEMA public, backoffice FROM envinorma_backup;
-- The role stays: it belongs to the whole server.
