-- Nothing of a person refers to it: no prescription, no copy. Its lines go with it.
DELETE FROM installations
WHERE
    id = ANY(%(ids)s)
    AND NOT EXISTS (
        SELECT FROM prescriptions
        WHERE prescriptions.installation_id = installations.id
    )
    AND NOT EXISTS (
        SELECT FROM installations AS copies
        WHERE copies.source_id = installations.id
    );
