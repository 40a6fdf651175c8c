-- What was removed more than a day ago is deleted when the person removes something else.
DELETE FROM prescriptions
WHERE user_id = %(user_id)s AND removed_at < now() - interval '1 day';
