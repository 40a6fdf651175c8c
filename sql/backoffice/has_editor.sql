SELECT count(*) > 0 AS is_there
FROM backoffice.editors
WHERE name = %(name)s
