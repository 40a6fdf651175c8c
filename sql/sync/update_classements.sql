UPDATE classements
SET
    rubrique = staged.rubrique,
    alinea = staged.alinea,
    regime = staged.regime,
    activite = staged.activite,
    date_autorisation = staged.date_autorisation,
    date_mise_en_service = staged.date_mise_en_service,
    last_substantial_modif_date = staged.last_substantial_modif_date,
    state = staged.state,
    rubrique_acte = staged.rubrique_acte,
    alinea_acte = staged.alinea_acte,
    regime_acte = staged.regime_acte,
    volume = staged.volume,
    unit = staged.unit
FROM classement_changes AS changes
INNER JOIN staged_classements AS staged ON changes.line = staged.line
WHERE classements.id = changes.id AND changes.change = 'updated';
