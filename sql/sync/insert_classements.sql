-- In the order of the file, as staged: lines of an installation lie together.
INSERT INTO classements (
    installation_id, position, rubrique, alinea, regime, activite,
    date_autorisation, date_mise_en_service, last_substantial_modif_date,
    state, rubrique_acte, alinea_acte, regime_acte, volume, unit
)
SELECT
    matched.installation_id,
    staged.line - matched.first_line AS position,
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
FROM staged_classements AS staged
INNER JOIN matched_installations AS matched ON staged.s3ic_id = matched.s3ic_id
WHERE
    matched.is_new
    OR staged.line IN (
        SELECT changes.line FROM classement_changes AS changes
        WHERE changes.change = 'created'
    );
