-- Installations have their rows now, those just created as well.
UPDATE matched_installations AS matched
SET installation_id = installations.id
FROM installations
WHERE
    matched.installation_id IS NULL
    AND matched.s3ic_id = installations.s3ic_id
    AND installations.owner_id IS NULL;
