-- What would change, one row each: lines have no natural key, their place within the installation is it.
-- Lines of installations that are withdrawn stay with them and are not compared; those of new installations
-- have nothing to be compared with.
CREATE TEMPORARY TABLE classement_changes ON COMMIT DROP AS
WITH staged AS (
    SELECT
        lines.*,
        matched.installation_id,
        lines.line - matched.first_line AS position
    FROM staged_classements AS lines
    INNER JOIN matched_installations AS matched ON lines.s3ic_id = matched.s3ic_id
    WHERE NOT matched.is_new
),

published AS (
    SELECT * FROM classements
    WHERE owner_id IS NULL
)

SELECT
    published.id,
    staged.line,
    CASE
        WHEN published.id IS NULL THEN 'created'
        WHEN staged.line IS NULL THEN 'deleted'
        ELSE 'updated'
    END AS change
FROM staged
FULL JOIN published
    ON staged.installation_id = published.installation_id AND staged.position = published.position
WHERE
    published.id IS NULL
    OR (
        staged.line IS NULL
        AND published.installation_id IN (SELECT m.installation_id FROM matched_installations AS m)
    )
    OR (
        staged.line IS NOT NULL
        AND (
            published.rubrique, published.alinea, published.regime, published.activite,
            published.date_autorisation, published.date_mise_en_service,
            published.last_substantial_modif_date, published.state, published.rubrique_acte,
            published.alinea_acte, published.regime_acte, published.volume, published.unit
        ) IS DISTINCT FROM (
            staged.rubrique, staged.alinea, staged.regime, staged.activite,
            staged.date_autorisation, staged.date_mise_en_service,
            staged.last_substantial_modif_date, staged.state, staged.rubrique_acte,
            staged.alinea_acte, staged.regime_acte, staged.volume, staged.unit
        )
    );
