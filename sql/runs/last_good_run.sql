SELECT *
FROM dataset_runs
WHERE step = %(step)s AND dataset = %(dataset)s AND outcome IN ('done', 'unchanged')
ORDER BY finished_at DESC, id DESC
LIMIT 1
