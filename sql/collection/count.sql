-- How many picks a person holds: of this installation, and in all.
SELECT
    count(*) FILTER (WHERE installation_id = %(installation_id)s) AS here,
    count(*) AS in_all
FROM prescriptions
WHERE user_id = %(user_id)s AND removed_at IS NULL;
