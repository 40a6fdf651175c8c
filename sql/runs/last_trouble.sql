SELECT message
FROM dataset_runs
WHERE
    step = %(step)s
    AND outcome IN ('failed', 'refused')
    AND finished_at >= %(since)s
ORDER BY finished_at DESC
LIMIT 1;
