-- Take picks out of the collection, by their own ids and by alinea; a day long they can be put back. What
-- the person removed before that is deleted on the way.
WITH forgotten AS (
    DELETE FROM prescriptions
    WHERE user_id = %(user_id)s AND removed_at < now() - interval '1 day'
)

UPDATE prescriptions
SET removed_at = statement_timestamp()
WHERE
    user_id = %(user_id)s
    AND installation_id = %(installation_id)s
    AND removed_at IS NULL
    AND (%(everything)s OR id = any(%(ids)s) OR alinea_id = any(%(alinea_ids)s));
