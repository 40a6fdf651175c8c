-- Of logins that this one may speak for; others keep the database from being exchanged.
SELECT pg_terminate_backend(pid)
FROM pg_stat_activity
WHERE
    datname = any(%(databases)s)
    AND pid <> pg_backend_pid()
    AND backend_type = 'client backend'
    AND pg_has_role(current_user, usesysid, 'USAGE');
