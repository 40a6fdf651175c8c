-- What would change, one row each: installations by s3ic_id, published ones only.
CREATE TEMPORARY TABLE installation_changes ON COMMIT DROP AS
WITH published AS (
    SELECT * FROM installations
    WHERE owner_id IS NULL
)

SELECT
    published.id,
    staged.s3ic_id,
    published.s3ic_id AS former_s3ic_id,
    published.name AS former_name,
    CASE
        WHEN published.id IS NULL THEN 'created'
        WHEN staged.s3ic_id IS NULL THEN 'withdrawn'
        WHEN published.withdrawn_at IS NOT NULL THEN 'returned'
        ELSE 'updated'
    END AS change
FROM staged_installations AS staged
FULL JOIN published ON staged.s3ic_id = published.s3ic_id
WHERE
    published.id IS NULL
    OR (staged.s3ic_id IS NULL AND published.withdrawn_at IS NULL)
    OR (staged.s3ic_id IS NOT NULL AND published.withdrawn_at IS NOT NULL)
    OR (
        staged.s3ic_id IS NOT NULL
        AND (
            published.name, published.region, published.department, published.num_dep, published.city,
            published.code_postal, published.code_insee, published.code_naf,
            published.x_lambert93, published.y_lambert93, published.longitude, published.latitude,
            published.last_inspection, published.regime, published.seveso, published.family,
            published.active
        ) IS DISTINCT FROM (
            staged.name, staged.region, staged.department, staged.num_dep, staged.city,
            staged.code_postal, staged.code_insee, staged.code_naf,
            staged.x_lambert93, staged.y_lambert93, staged.longitude, staged.latitude,
            staged.last_inspection, staged.regime, staged.seveso, staged.family,
            staged.active
        )
    );
