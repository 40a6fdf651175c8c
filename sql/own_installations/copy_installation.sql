-- A private copy of a published installation; it is the person's from then on.
INSERT INTO installations (
    owner_id,
    source_id,
    s3ic_id,
    name,
    region,
    department,
    num_dep,
    city,
    code_postal,
    code_insee,
    code_naf,
    x_lambert93,
    y_lambert93,
    longitude,
    latitude,
    last_inspection,
    regime,
    seveso,
    family,
    active
)
SELECT
    %(owner_id)s,
    id,
    s3ic_id,
    name,
    region,
    department,
    num_dep,
    city,
    code_postal,
    code_insee,
    code_naf,
    x_lambert93,
    y_lambert93,
    longitude,
    latitude,
    last_inspection,
    regime,
    seveso,
    family,
    active
FROM installations
WHERE id = %(source_id)s
RETURNING id;
