UPDATE alert_incidents
SET resolved_at = now()
WHERE subject = %(subject)s AND resolved_at IS NULL
RETURNING opened_at, resolved_at, failures
