"""Every right of every role on every table, as Postgres knows it: a new table must be decided upon."""

import pytest

from etl.database import Role, connect
from etl.settings import Settings

pytestmark = pytest.mark.postgres

ROLES = (Role.WEB, Role.ETL, Role.BACKOFFICE, Role.BACKUP)
READ = ("r", "rawd", "r", "r")
# What the site, the steps, the back-office and the backup may do with each table, in this order: (r)ead,
# (a)dd, (w)rite anew in some column, (d)elete; nobody may empty one. Rows of installations, classements and
# prescriptions are further told apart by policies (tests/integration/test_rights.py).
EXPECTED = {
    "alembic_version": ("r", "", "", "r"),
    "alert_incidents": ("", "raw", "", "r"),
    "alineas": READ,
    "ams": READ,
    "ap_files_to_delete": ("", "rawd", "", "r"),
    "ap_pages": READ,
    "aps": READ,
    "audience": ("raw", "", "", "r"),
    "backoffice.editors": ("", "", "raw", "r"),
    "backoffice.events": ("", "ra", "ra", "r"),
    "backoffice.order_versions": ("", "ra", "ra", "r"),
    "backoffice.orders": ("", "raw", "raw", "r"),
    "backoffice.sessions": ("", "", "rawd", "r"),
    "backoffice.sign_in_attempts": ("", "", "rawd", "r"),
    "backoffice.upstream_texts": ("", "raw", "r", "r"),
    "classement_references": READ,
    "classements": ("rawd", "rawd", "r", "r"),
    "dataset_runs": ("r", "ra", "r", "r"),
    "installations": ("rawd", "rawd", "r", "r"),
    "prescriptions": ("rawd", "rwd", "", "r"),
    "search_words": ("r", "r", "r", "r"),
    "users": ("rawd", "rd", "", "r"),
}
STRENGTH = """
SELECT rolname FROM pg_roles WHERE rolname = ANY (%s)
AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls OR rolcanlogin
    OR has_schema_privilege(rolname, 'public', 'CREATE')
    OR has_schema_privilege(rolname, 'backoffice', 'CREATE'))
"""
QUERY = """
SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname, role.rolname, string_agg(
    letter, '' ORDER BY position(letter IN 'rawdD'))
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
CROSS JOIN (VALUES ('r', 'SELECT'), ('a', 'INSERT'), ('w', 'UPDATE'), ('d', 'DELETE'), ('D', 'TRUNCATE'))
    AS rights (letter, named)
CROSS JOIN unnest(%s::text[]) AS role (rolname)
WHERE n.nspname IN ('public', 'backoffice') AND c.relkind IN ('r', 'v', 'm', 'p')
AND CASE WHEN letter IN ('r', 'a', 'w') THEN has_any_column_privilege(role.rolname, c.oid, named)
    ELSE has_table_privilege(role.rolname, c.oid, named) END
GROUP BY 1, 2
"""


def rights(settings: Settings) -> dict[str, tuple[str, ...]]:
    """The letters of what each role may do with each table, in the order of ROLES."""
    with connect(settings, Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute(QUERY, ([str(role) for role in ROLES],))
        found = {(table, role): letters for table, role, letters in cursor.fetchall()}
    tables = {table for table, _ in found}
    return {table: tuple(found.get((table, str(role)), "") for role in ROLES) for table in sorted(tables)}


def test_each_role_has_the_rights_it_was_given_and_no_other(module_settings: Settings) -> None:
    assert rights(module_settings) == EXPECTED


def test_no_role_has_power_over_the_server(module_settings: Settings) -> None:
    with connect(module_settings, Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute(STRENGTH, ([str(role) for role in ROLES],))
        assert cursor.fetchall() == []
