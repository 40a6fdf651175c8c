-- Who may do what with a database: a line for each right; no grantee means everybody.
SELECT
    acl.privilege_type AS privilege,
    nullif(acl.grantee, 0)::regrole::text AS grantee
FROM pg_database
CROSS JOIN LATERAL aclexplode(coalesce(pg_database.datacl, acldefault('d', pg_database.datdba))) AS acl
WHERE pg_database.datname = %(database)s AND acl.grantee <> pg_database.datdba;
