INSERT INTO installations (
    s3ic_id, name, region, department, num_dep, city, code_postal, code_insee, code_naf,
    x_lambert93, y_lambert93, longitude, latitude, last_inspection, regime, seveso, family, active
)
SELECT
    staged.s3ic_id,
    staged.name,
    staged.region,
    staged.department,
    staged.num_dep,
    staged.city,
    staged.code_postal,
    staged.code_insee,
    staged.code_naf,
    staged.x_lambert93,
    staged.y_lambert93,
    staged.longitude,
    staged.latitude,
    staged.last_inspection,
    staged.regime,
    staged.seveso,
    staged.family,
    staged.active
FROM staged_installations AS staged
INNER JOIN installation_changes AS changes ON staged.s3ic_id = changes.s3ic_id
WHERE changes.change = 'created'
ORDER BY staged.s3ic_id;
