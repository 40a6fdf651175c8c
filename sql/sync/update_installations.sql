-- Also those that return: they take their row again.
UPDATE installations
SET
    name = staged.name,
    region = staged.region,
    department = staged.department,
    num_dep = staged.num_dep,
    city = staged.city,
    code_postal = staged.code_postal,
    code_insee = staged.code_insee,
    code_naf = staged.code_naf,
    x_lambert93 = staged.x_lambert93,
    y_lambert93 = staged.y_lambert93,
    longitude = staged.longitude,
    latitude = staged.latitude,
    last_inspection = staged.last_inspection,
    regime = staged.regime,
    seveso = staged.seveso,
    family = staged.family,
    active = staged.active,
    withdrawn_at = NULL,
    updated_at = now()
FROM installation_changes AS changes
INNER JOIN staged_installations AS staged ON changes.s3ic_id = staged.s3ic_id
WHERE installations.id = changes.id AND changes.change IN ('updated', 'returned');
