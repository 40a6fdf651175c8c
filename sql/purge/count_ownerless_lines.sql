-- Lines that say they are somebody's, whose installation is not: `owner_id` of a line is no foreign key.
SELECT count(*)
FROM classements
LEFT JOIN installations ON classements.installation_id = installations.id
WHERE classements.owner_id IS NOT NULL AND classements.owner_id IS DISTINCT FROM installations.owner_id;
