-- What is set for every connection to a database, as `name=value`.
SELECT unnest(pg_db_role_setting.setconfig) AS setting
FROM pg_db_role_setting
INNER JOIN pg_database ON pg_db_role_setting.setdatabase = pg_database.oid
WHERE pg_database.datname = %(database)s AND pg_db_role_setting.setrole = 0;
