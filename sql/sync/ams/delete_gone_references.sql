DELETE FROM classement_references AS kept
WHERE NOT EXISTS (
    SELECT FROM staged_references AS staged
    WHERE
        kept.rubrique = staged.rubrique
        AND kept.regime = staged.regime
        AND kept.alinea IS NOT DISTINCT FROM staged.alinea
);
