SELECT
    (SELECT count(*) FROM classement_references) AS before,
    count(*) FILTER (WHERE kept.id IS NULL) AS created,
    count(*) FILTER (WHERE kept.description <> staged.description) AS updated
FROM staged_references AS staged
LEFT JOIN classement_references AS kept
    ON
        staged.rubrique = kept.rubrique
        AND staged.regime = kept.regime
        AND staged.alinea IS NOT DISTINCT FROM kept.alinea;
