SELECT
    step,
    dataset,
    outcome,
    message,
    started_at,
    finished_at,
    dated_on,
    rows_in,
    rows_out,
    created,
    updated,
    withdrawn,
    deleted,
    unchanged,
    rejected,
    filtered,
    files,
    details
FROM dataset_runs
WHERE step = %(step)s AND dataset = %(dataset)s AND outcome IN ('done', 'unchanged')
ORDER BY finished_at DESC, id DESC
LIMIT 1
