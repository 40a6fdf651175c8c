-- Changes by kind, and what is in service before them (lines of withdrawn installations are not in service).
WITH installation_counts AS (
    SELECT
        count(*) FILTER (WHERE change = 'created') AS created,
        count(*) FILTER (WHERE change = 'updated') AS updated,
        count(*) FILTER (WHERE change = 'returned') AS returned,
        count(*) FILTER (WHERE change = 'withdrawn') AS withdrawn
    FROM installation_changes
),

classement_counts AS (
    SELECT
        count(*) FILTER (WHERE change = 'created') AS created,
        count(*) FILTER (WHERE change = 'updated') AS updated,
        count(*) FILTER (WHERE change = 'deleted') AS deleted
    FROM classement_changes
),

new_installations AS (
    SELECT coalesce(sum(lines), 0) AS classements FROM matched_installations
    WHERE is_new
),

in_service AS (
    SELECT count(*) AS installations FROM installations
    WHERE owner_id IS NULL AND withdrawn_at IS NULL
),

leaving AS (
    SELECT count(*) AS classements
    FROM classements
    INNER JOIN installation_changes AS changes ON classements.installation_id = changes.id
    WHERE changes.change = 'withdrawn'
)

SELECT
    in_service.installations AS installations_before,
    installation_counts.created AS installations_created,
    installation_counts.updated AS installations_updated,
    installation_counts.returned AS installations_returned,
    installation_counts.withdrawn AS installations_withdrawn,
    classement_counts.updated AS classements_updated,
    classement_counts.deleted AS classements_deleted,
    leaving.classements AS classements_withdrawn,
    classement_counts.created + new_installations.classements AS classements_created
FROM installation_counts, classement_counts, new_installations, in_service, leaving;
