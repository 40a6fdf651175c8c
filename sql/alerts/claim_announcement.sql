-- One of several failing tasks gets to announce the open incident.
UPDATE alert_incidents
SET announced_at = now()
WHERE subject = %(subject)s AND resolved_at IS NULL AND announced_at IS NULL
RETURNING id
