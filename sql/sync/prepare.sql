-- Every wait has an end, also when the process that asked is gone; the joins of a sync fit into memory.
-- All statements join whole sets: nested loops are only ever chosen on stale statistics (after a first load
-- that was cut short, say), and would then take hours. Of staged tables only the sizes matter: small samples.
SET LOCAL work_mem = '128MB';
SET LOCAL jit = OFF;
SET LOCAL enable_nestloop = OFF;
SET LOCAL default_statistics_target = 10;
SET LOCAL lock_timeout = '10min';
SET LOCAL idle_in_transaction_session_timeout = '10min';
SET LOCAL client_connection_check_interval = '2s';
