-- Whether somebody holds the lock of maintenance for this database, whatever they are connected to.
SELECT exists(
    SELECT FROM pg_locks
    WHERE
        locktype = 'advisory'
        AND granted
        AND objsubid = 2
        AND classid = %(lock)s
        AND objid::bigint = hashtext(current_database())::bigint & 4294967295
);
