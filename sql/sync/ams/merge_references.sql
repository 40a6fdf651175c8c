MERGE INTO classement_references AS kept
USING staged_references AS staged
    ON
        kept.rubrique = staged.rubrique
        AND kept.regime = staged.regime
        AND kept.alinea IS NOT DISTINCT FROM staged.alinea
WHEN MATCHED AND kept.description <> staged.description THEN
    UPDATE SET description = staged.description
WHEN NOT MATCHED THEN
    INSERT (rubrique, alinea, regime, description)
    VALUES (staged.rubrique, staged.alinea, staged.regime, staged.description);
