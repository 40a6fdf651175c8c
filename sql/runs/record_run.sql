INSERT INTO dataset_runs (
    step, dataset, outcome, message, started_at, finished_at, dated_on,
    rows_in, rows_out, created, updated, withdrawn, deleted, unchanged,
    rejected, filtered, files, details
) VALUES (
    %(step)s, %(dataset)s, %(outcome)s, %(message)s, %(started_at)s, %(finished_at)s, %(dated_on)s,
    %(rows_in)s, %(rows_out)s, %(created)s, %(updated)s, %(withdrawn)s, %(deleted)s, %(unchanged)s,
    %(rejected)s, %(filtered)s, %(files)s, %(details)s
)
RETURNING id
