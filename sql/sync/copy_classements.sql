COPY staged_classements (
    s3ic_id,
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
) FROM STDIN (FORMAT csv, HEADER);
