-- The lines of a published installation, masked ones as they are: the source holds nothing more of them.
INSERT INTO classements (
    installation_id,
    owner_id,
    position,
    rubrique,
    alinea,
    regime,
    activite,
    date_autorisation,
    date_mise_en_service,
    last_substantial_modif_date,
    state,
    rubrique_acte,
    alinea_acte,
    regime_acte,
    volume,
    unit
)
SELECT
    %(copy_id)s,
    %(owner_id)s,
    position,
    rubrique,
    alinea,
    regime,
    activite,
    date_autorisation,
    date_mise_en_service,
    last_substantial_modif_date,
    state,
    rubrique_acte,
    alinea_acte,
    regime_acte,
    volume,
    unit
FROM classements
WHERE installation_id = %(source_id)s;
