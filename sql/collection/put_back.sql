-- Put back what was removed at one moment, as it was; an alinea that was picked again since stays as it is.
UPDATE prescriptions
SET removed_at = NULL
WHERE
    user_id = %(user_id)s
    AND installation_id = %(installation_id)s
    AND removed_at = %(removed_at)s
    AND NOT EXISTS (
        SELECT FROM prescriptions AS held
        WHERE
            held.user_id = prescriptions.user_id
            AND held.installation_id = prescriptions.installation_id
            AND held.alinea_id = prescriptions.alinea_id
            AND held.removed_at IS NULL
    );
