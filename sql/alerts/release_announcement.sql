-- Nobody was told after all: the next failure announces.
UPDATE alert_incidents
SET announced_at = NULL
WHERE subject = %(subject)s AND resolved_at IS NULL
