-- Every wait has an end, also when the process that asked is gone; the joins of a sync fit into memory.
SET LOCAL work_mem = '128MB';
SET LOCAL jit = OFF;
SET LOCAL lock_timeout = '10min';
SET LOCAL idle_in_transaction_session_timeout = '10min';
SET LOCAL client_connection_check_interval = '2s';
