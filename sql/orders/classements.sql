-- What the engine reads of the lines of an installation, in the order of the source.
SELECT
    rubrique,
    regime,
    alinea,
    date_autorisation,
    date_mise_en_service,
    volume
FROM classements
WHERE installation_id = %(installation_id)s
ORDER BY position;
