INSERT INTO classements (
    installation_id, position, rubrique, alinea, regime, activite,
    date_autorisation, date_mise_en_service, last_substantial_modif_date,
    state, rubrique_acte, alinea_acte, regime_acte, volume, unit
)
SELECT
    installations.id,
    changes.position,
    staged.rubrique,
    staged.alinea,
    staged.regime,
    staged.activite,
    staged.date_autorisation,
    staged.date_mise_en_service,
    staged.last_substantial_modif_date,
    staged.state,
    staged.rubrique_acte,
    staged.alinea_acte,
    staged.regime_acte,
    staged.volume,
    staged.unit
FROM classement_changes AS changes
INNER JOIN staged_classements AS staged ON changes.line = staged.line
INNER JOIN installations ON changes.s3ic_id = installations.s3ic_id AND installations.owner_id IS NULL
WHERE changes.change = 'created'
ORDER BY staged.line;
