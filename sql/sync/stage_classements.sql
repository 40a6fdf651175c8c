-- The file goes in as it is; `line` counts its lines from 1 on.
CREATE TEMPORARY TABLE staged_classements (
    line integer GENERATED ALWAYS AS IDENTITY,
    s3ic_id text NOT NULL,
    rubrique text,
    alinea text,
    regime text,
    activite text,
    date_autorisation date,
    date_mise_en_service date,
    last_substantial_modif_date date,
    state text,
    rubrique_acte text,
    alinea_acte text,
    regime_acte text,
    volume text,
    unit text
) ON COMMIT DROP;
