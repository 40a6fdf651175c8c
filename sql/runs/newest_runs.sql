WITH newest AS (
    SELECT DISTINCT ON (step, dataset)
        step,
        dataset,
        outcome,
        finished_at
    FROM dataset_runs
    ORDER BY step ASC, dataset ASC, finished_at DESC, id DESC
),

good AS (
    SELECT DISTINCT ON (step, dataset)
        step,
        dataset,
        finished_at,
        dated_on
    FROM dataset_runs
    WHERE outcome IN ('done', 'unchanged')
    ORDER BY step ASC, dataset ASC, finished_at DESC, id DESC
)

SELECT
    newest.step,
    newest.dataset,
    newest.outcome,
    newest.finished_at,
    good.finished_at AS succeeded_at,
    good.dated_on,
    (SELECT min(first.finished_at) FROM dataset_runs AS first) AS beginning
FROM newest LEFT JOIN good ON newest.step = good.step AND newest.dataset = good.dataset
ORDER BY newest.step, newest.dataset
