COPY staged_references (
    rubrique,
    alinea,
    description,
    regime
) FROM STDIN (FORMAT csv, FORCE_NOT_NULL (description));
