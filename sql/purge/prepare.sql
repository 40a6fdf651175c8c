-- A batch gives way: where somebody holds a row of it, it is tried in smaller parts. It reaches rows by their
-- indexes alone, whatever the statistics say in the midst of a purge. What a crash forgets is purged again.
SET LOCAL lock_timeout = '100ms';
SET LOCAL enable_seqscan = OFF;
SET LOCAL enable_hashjoin = OFF;
SET LOCAL enable_mergejoin = OFF;
SET LOCAL jit = OFF;
SET LOCAL synchronous_commit = OFF;
