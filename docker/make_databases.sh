#!/bin/bash
# Runs inside the Postgres image when its volume is empty: one login for each address of the environment, and the
# databases that the addresses name. The addresses are the only place where names and passwords are written.
# It may run again: logins take the password of their address, databases that are there stay.
set -euo pipefail

# A container is given NAME_FILE, a file with the address; by hand, the addresses are variables.
for name in DATABASE_URL ETL_DATABASE_URL WEB_DATABASE_URL BACKOFFICE_DATABASE_URL BACKUP_DATABASE_URL \
    MONITOR_DATABASE_URL AIRFLOW__DATABASE__SQL_ALCHEMY_CONN; do
    file="${name}_FILE"
    if [ -z "${!name:-}" ] && [ -n "${!file:-}" ]; then declare "$name=$(cat "${!file}")"; fi
done

# Splits scheme://user:password@host/database; passwords are letters, digits, - and _ (docker/new_env.py makes them).
user_of() { local rest="${1#*://}"; echo "${rest%%:*}"; }
password_of() { local rest="${1#*://*:}"; echo "${rest%%@*}"; }
database_of() { local rest="${1##*/}"; echo "${rest%%\?*}"; }

superuser() { psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres "$@"; }

make_login() {
    superuser --set name="$(user_of "$1")" --set password="$(password_of "$1")" <<'SQL'
SELECT format('CREATE ROLE %I', :'name') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
SELECT format('ALTER ROLE %I LOGIN PASSWORD %L', :'name', :'password') \gexec
SQL
}

make_database() {
    superuser --set name="$(database_of "$1")" --set owner="$(user_of "$1")" <<'SQL'
SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'owner')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', :'name') \gexec
SQL
}

# The owner makes the tables and gives rights to the others; it may take their roles, never the other way round.
make_login "$DATABASE_URL"
make_database "$DATABASE_URL"
for address in "$ETL_DATABASE_URL" "$WEB_DATABASE_URL" "$BACKOFFICE_DATABASE_URL" "$BACKUP_DATABASE_URL"; do
    make_login "$address"
    superuser --set name="$(user_of "$address")" --set owner="$(user_of "$DATABASE_URL")" \
        --set database="$(database_of "$DATABASE_URL")" <<'SQL'
SELECT format('GRANT %I TO %I', :'name', :'owner') \gexec
SELECT format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO %I', :'database', :'name') \gexec
SQL
done
# A restore puts a new database in the place of the old one; a backup is proved in a database of its own.
for address in "$DATABASE_URL" "$BACKUP_DATABASE_URL"; do
    superuser --set name="$(user_of "$address")" <<'SQL'
SELECT format('ALTER ROLE %I CREATEDB', :'name') \gexec
SQL
done
# Reads the statistics of the server and no row of a table; an address that is not there makes nobody.
if [ -n "${MONITOR_DATABASE_URL:-}" ]; then
    make_login "$MONITOR_DATABASE_URL"
    superuser --set name="$(user_of "$MONITOR_DATABASE_URL")" --set owner="$(user_of "$DATABASE_URL")" \
        --set database="$(database_of "$MONITOR_DATABASE_URL")" <<'SQL'
SELECT format('GRANT pg_monitor TO %I', :'name') \gexec
-- Who restores ends every connection, this one too.
SELECT format('GRANT %I TO %I', :'name', :'owner') \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO %I', :'database', :'name') \gexec
SQL
fi
make_login "$AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
make_database "$AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
