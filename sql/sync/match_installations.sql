-- Each staged installation with its row, where it has one: what joins lines of the file to lines in service.
CREATE TEMPORARY TABLE matched_installations ON COMMIT DROP AS
SELECT
    staged.s3ic_id,
    staged.first_line,
    staged.lines,
    published.id AS installation_id,
    published.id IS NULL AS is_new
FROM staged_installations AS staged
LEFT JOIN installations AS published
    ON staged.s3ic_id = published.s3ic_id AND published.owner_id IS NULL;

ANALYZE staged_installations (s3ic_id);
ANALYZE staged_classements (s3ic_id);
ANALYZE matched_installations;
