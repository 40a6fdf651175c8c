-- Two syncs at once: the second waits here until the first has committed or given up.
SELECT pg_advisory_xact_lock(%(lock)s);
