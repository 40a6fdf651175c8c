-- `first_line` is the line of the classements' file where those of this installation begin (1 is the first),
-- `lines` is their count.
CREATE TEMPORARY TABLE staged_installations (
    s3ic_id text NOT NULL,
    num_dep text,
    region text,
    department text,
    city text,
    name text NOT NULL,
    x_lambert93 double precision,
    y_lambert93 double precision,
    last_inspection date,
    regime text,
    seveso text,
    family text,
    active text,
    code_postal text,
    code_insee text,
    code_naf text,
    longitude double precision,
    latitude double precision,
    first_line integer,
    lines integer
) ON COMMIT DROP;
