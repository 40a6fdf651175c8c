-- Opens the incident of a subject, or counts one more failure of the one that is open.
INSERT INTO alert_incidents (subject, cause)
VALUES (%(subject)s, %(cause)s)
ON CONFLICT (subject) WHERE resolved_at IS NULL
DO UPDATE
    SET
        failures = alert_incidents.failures + 1,
        last_failed_at = now(),
        cause = excluded.cause
RETURNING opened_at, failures
