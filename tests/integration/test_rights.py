"""What each role may do with rows, and what it must not: the rights are in the database, not in the code."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg2
import pytest
from psycopg2.errors import CheckViolation, InsufficientPrivilege
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

from etl.database import Role, connect
from etl.settings import Settings

pytestmark = pytest.mark.postgres

INSTALLATION = "INSERT INTO installations (s3ic_id, owner_id, name, regime, active) VALUES"
LINE = "INSERT INTO classements (installation_id, owner_id, position, rubrique, regime) VALUES"
HIDDEN_LINE = (
    "INSERT INTO classements (installation_id, position, rubrique, regime, rubrique_acte, regime_acte,"
    " date_mise_en_service) VALUES"
)
ORDER = "INSERT INTO aps (georisques_id, s3ic_id, description, ocr_status) VALUES"
DRAFT = "INSERT INTO backoffice.orders (cid, state, title, is_transverse, date_of_signature, version) VALUES"
VERSION = (
    "INSERT INTO backoffice.order_versions (cid, number, action, document, metadata, fingerprint) VALUES"
)
SECOND = f"{VERSION} ('JORFTEXT000000000001', 2, 'text', 'y', '{{}}', sha256('y'))"
RUN = "INSERT INTO dataset_runs (step, dataset, outcome, started_at, finished_at) VALUES"

RUN_OF_A_STEP = f"{RUN} ('s', 'd', 'done', now(), now())"

# In a fresh database people, installations, lines and picks are numbered from 1: the first installation is
# published, the second is of the first person.
SEED = f"""
INSERT INTO users (identity_hash) VALUES (sha256('alice')), (sha256('bob'));
{INSTALLATION} ('0058.00001', NULL, 'published', 'A', 'En fonctionnement'),
    ('0058.00002', 1, 'owned', 'A', 'En fonctionnement');
{LINE} (1, NULL, 0, '2510', 'A'), (2, 1, 0, '2510', 'A');
INSERT INTO prescriptions (user_id, installation_id, cid, order_title, content)
VALUES (1, 2, 'JORFTEXT000000000001', 'Order', '{{}}');
{ORDER} ('A/1/{"1" * 32}', '0058.00001', 'AP', 'SUCCESS');
INSERT INTO ap_pages SELECT id, 1, 'read', NULL, '', '' FROM aps;
{RUN} ('s', 'd', 'done', now(), now());
INSERT INTO backoffice.editors (name, password_hash, role) VALUES ('ada', 'x', 'editor');
{DRAFT} ('JORFTEXT000000000001', 'VIGUEUR', 'Order', FALSE, '2020-01-01', 1);
{VERSION} ('JORFTEXT000000000001', 1, 'import', 'x', '{{}}', sha256('x'));
INSERT INTO backoffice.events (action) VALUES ('import');
INSERT INTO audience VALUES ('2026-11-20', 'home', 1);
"""  # noqa: S608  (constants of this module)
BACKOFFICE_TABLES = (
    "editors",
    "sessions",
    "sign_in_attempts",
    "orders",
    "order_versions",
    "events",
    "upstream_texts",
)

ALLOWED = [
    (Role.WEB, "SELECT FROM installations", 2),
    (Role.WEB, "SELECT FROM classements", 2),
    (Role.WEB, "SELECT FROM dataset_runs", 1),
    (Role.WEB, f"{INSTALLATION} ('0058.00003', 2, 'mine', 'A', 'En fonctionnement')", 1),
    (Role.WEB, f"{LINE} (2, 1, 1, '4718', 'A')", 1),
    (Role.WEB, "UPDATE installations SET city = 'X' WHERE owner_id IS NOT NULL", 1),
    (Role.WEB, "UPDATE classements SET volume = '1' WHERE owner_id IS NOT NULL", 1),
    (Role.WEB, "DELETE FROM classements WHERE owner_id IS NOT NULL", 1),
    (Role.WEB, "INSERT INTO users (identity_hash) VALUES (sha256('carol'))", 1),
    (Role.WEB, "UPDATE users SET last_seen_at = now()", 2),
    (Role.WEB, "UPDATE prescriptions SET name = 'x'", 1),
    (Role.WEB, "DELETE FROM prescriptions", 1),
    (Role.WEB, "INSERT INTO audience VALUES ('2026-11-21', 'home', 1)", 1),
    (Role.WEB, "UPDATE audience SET views = views + 1", 1),
    (Role.WEB, "SELECT FROM alembic_version", 1),
    (Role.ETL, "SELECT FROM installations", 2),
    (Role.ETL, f"{INSTALLATION} ('0058.00003', NULL, 'new', 'A', 'En fonctionnement')", 1),
    (Role.ETL, "UPDATE installations SET withdrawn_at = now() WHERE owner_id IS NULL", 1),
    (Role.ETL, f"{LINE} (1, NULL, 1, '2510', 'A')", 1),
    (Role.ETL, f"{HIDDEN_LINE} (1, 1, '47xx', 'NC', '47xx', 'NC', NULL)", 1),
    (Role.ETL, "DELETE FROM installations WHERE owner_id IS NULL", 1),
    (Role.ETL, "DELETE FROM users WHERE identity_hash = sha256('alice')", 1),
    (Role.ETL, "UPDATE prescriptions SET gone_at = now()", 1),
    (
        Role.ETL,
        f"{RUN} ('s', 'd', 'done', now(), now())",
        1,
    ),
    (Role.ETL, "INSERT INTO alert_incidents (subject, cause) VALUES ('s', 'c')", 1),
    (Role.ETL, "CREATE TEMPORARY TABLE staged (x integer)", -1),
    (Role.WEB, "SELECT FROM aps", 1),
    (Role.WEB, "SELECT FROM ap_pages", 1),
    (Role.ETL, "UPDATE aps SET withdrawn_at = now()", 1),
    (Role.ETL, "DELETE FROM aps", 1),
    (Role.ETL, "INSERT INTO ap_files_to_delete (georisques_id) VALUES ('x')", 1),
    (Role.BACKOFFICE, "SELECT FROM aps", 1),
    (Role.BACKOFFICE, "SELECT FROM installations", 1),
    (Role.BACKOFFICE, "SELECT FROM classements", 1),
    (Role.BACKOFFICE, "SELECT FROM dataset_runs", 1),
    (Role.BACKOFFICE, "SELECT FROM ams", 0),
    (Role.BACKOFFICE, "SELECT FROM classement_references", 0),
    (Role.BACKOFFICE, "UPDATE backoffice.editors SET disabled_at = now()", 1),
    (Role.BACKOFFICE, "UPDATE backoffice.orders SET version = 2", 1),
    (Role.BACKOFFICE, SECOND, 1),
    (Role.BACKOFFICE, "INSERT INTO backoffice.events (action) VALUES ('sign_in')", 1),
    (Role.BACKOFFICE, "INSERT INTO backoffice.sign_in_attempts (name, address) VALUES ('ada', '::1')", 1),
    (Role.BACKOFFICE, "DELETE FROM backoffice.sessions", 0),
    (Role.ETL, "SELECT FROM backoffice.orders", 1),
    (Role.ETL, "SELECT FROM backoffice.order_versions", 1),
    (Role.ETL, "UPDATE backoffice.orders SET version = 2, upstream_changed_at = now()", 1),
    (Role.ETL, SECOND, 1),
    (Role.ETL, "INSERT INTO backoffice.events (action) VALUES ('import')", 1),
]

ALLOWED += [(Role.BACKUP, "SELECT FROM installations", 2), (Role.BACKUP, "SELECT FROM classements", 2)]
ALLOWED += [(Role.BACKUP, f"SELECT FROM backoffice.{table}", -1) for table in BACKOFFICE_TABLES]

# A row that a policy hides from a write is not an error: no row is written.
WITHOUT_EFFECT = [
    (Role.WEB, "UPDATE installations SET name = 'x' WHERE id = 1"),
    (Role.WEB, "DELETE FROM installations WHERE id = 1"),
    (Role.WEB, "UPDATE classements SET volume = '1' WHERE owner_id IS NULL"),
    (Role.WEB, "DELETE FROM classements WHERE owner_id IS NULL"),
    (Role.ETL, "UPDATE installations SET name = 'x' WHERE id = 2"),
    (Role.ETL, "UPDATE classements SET volume = '1' WHERE owner_id IS NOT NULL"),
]

FORBIDDEN = [
    (Role.WEB, f"{INSTALLATION} ('0058.00003', NULL, 'fake', 'A', 'En fonctionnement')"),
    (Role.WEB, "UPDATE installations SET owner_id = NULL WHERE id = 2"),
    (Role.WEB, f"{LINE} (1, 1, 1, '2510', 'A')"),
    (Role.WEB, f"{LINE} (1, NULL, 1, '2510', 'A')"),
    (Role.WEB, f"{LINE} (2, 2, 1, '2510', 'A')"),
    (
        Role.WEB,
        "UPDATE classements SET installation_id = 1, position = 9 WHERE owner_id IS NOT NULL",
    ),
    (Role.WEB, "UPDATE classements SET owner_id = NULL WHERE owner_id IS NOT NULL"),
    (Role.WEB, "DELETE FROM dataset_runs"),
    (
        Role.WEB,
        f"{RUN} ('s', 'd', 'done', now(), now())",
    ),
    (Role.WEB, "SELECT FROM alert_incidents"),
    (Role.WEB, "DELETE FROM audience"),
    (Role.WEB, "UPDATE audience SET day = '2020-01-01'"),
    (Role.WEB, "UPDATE alembic_version SET version_num = '0001'"),
    (Role.ETL, "SELECT FROM audience"),
    (Role.BACKOFFICE, "SELECT FROM audience"),
    (Role.WEB, "UPDATE aps SET title = 'x'"),
    (Role.WEB, "DELETE FROM ap_pages"),
    (Role.WEB, "SELECT FROM ap_files_to_delete"),
    (Role.BACKOFFICE, "UPDATE aps SET title = 'x'"),
    (Role.WEB, "TRUNCATE installations CASCADE"),
    (Role.WEB, "CREATE TABLE mine (x integer)"),
    (Role.WEB, "ALTER TABLE installations DISABLE ROW LEVEL SECURITY"),
    (Role.ETL, f"{INSTALLATION} ('0058.00003', 1, 'fake', 'A', 'En fonctionnement')"),
    (Role.ETL, f"{LINE} (2, 1, 1, '2510', 'A')"),
    (Role.ETL, "UPDATE installations SET owner_id = 1 WHERE id = 1"),
    (Role.ETL, "INSERT INTO users (identity_hash) VALUES (sha256('eve'))"),
    (Role.ETL, "UPDATE users SET last_seen_at = now()"),
    (Role.ETL, "UPDATE prescriptions SET name = 'x'"),
    (Role.ETL, "UPDATE dataset_runs SET outcome = 'done'"),
    (Role.ETL, "DELETE FROM dataset_runs"),
    (Role.BACKOFFICE, f"{INSTALLATION} ('0058.00003', NULL, 'fake', 'A', 'En fonctionnement')"),
    (Role.BACKOFFICE, "UPDATE installations SET name = 'x'"),
    (Role.BACKOFFICE, "DELETE FROM classements"),
    (Role.BACKOFFICE, "SELECT FROM users"),
    (Role.BACKOFFICE, "SELECT FROM prescriptions"),
    (Role.BACKOFFICE, "UPDATE ams SET title = 'x'"),
    (Role.BACKOFFICE, "DELETE FROM backoffice.editors"),
    (Role.BACKOFFICE, "DELETE FROM backoffice.orders"),
    (Role.BACKOFFICE, "UPDATE backoffice.order_versions SET comment = 'x'"),
    (Role.BACKOFFICE, "DELETE FROM backoffice.order_versions"),
    (Role.BACKOFFICE, "UPDATE backoffice.events SET action = 'x'"),
    (Role.BACKOFFICE, "DELETE FROM backoffice.events"),
    (Role.ETL, "SELECT FROM backoffice.editors"),
    (Role.ETL, "SELECT FROM backoffice.sessions"),
    (Role.ETL, "UPDATE backoffice.order_versions SET comment = 'x'"),
    (Role.ETL, "DELETE FROM backoffice.orders"),
    (Role.BACKUP, "DELETE FROM users"),
    (Role.BACKUP, "UPDATE prescriptions SET name = 'x'"),
    (Role.BACKUP, "INSERT INTO backoffice.events (action) VALUES ('x')"),
    (Role.BACKUP, RUN_OF_A_STEP),
    *((Role.WEB, f"SELECT FROM backoffice.{table}") for table in BACKOFFICE_TABLES),
]

# What no role may write, the owner of the tables included.
MALFORMED = [
    f"{INSTALLATION} ('58.1', NULL, 'x', 'A', 'En fonctionnement')",
    f"{ORDER} ('A/1', '0058.00001', 'AP', 'SUCCESS')",
    f"{ORDER} ('A/2/{'2' * 32}', '0058.00001', 'AP', 'READ')",
    "UPDATE ap_pages SET decision = 'guessed'",
    "UPDATE audience SET views = 0",
    "UPDATE audience SET kind = 'A/3'",
    "UPDATE ap_pages SET page = 0",
    f"{INSTALLATION} ('0058.00003', NULL, 'x', 'S', 'En fonctionnement')",
    "UPDATE installations SET withdrawn_at = now() WHERE id = 2",
    "UPDATE installations SET source_id = 2 WHERE id = 1",
    f"{LINE} (1, NULL, 1, '4718', 'A')",
    "UPDATE classements SET rubrique_acte = '4718' WHERE owner_id IS NULL",
    "UPDATE classements SET rubrique = '47xx' WHERE owner_id IS NULL",
    f"{LINE} (1, NULL, 1, '47xx', 'NC')",
    f"{HIDDEN_LINE} (1, 1, '47xx', 'NC', '47xx', 'NC', '2020-01-01')",
    "UPDATE backoffice.editors SET role = 'root'",
    "UPDATE backoffice.editors SET name = 'Ada L'",
    "UPDATE backoffice.orders SET nor = 'DEVP1'",
    "UPDATE backoffice.orders SET nor = 'DEVP1234567A', has_no_nor = TRUE",
    "UPDATE backoffice.orders SET state = 'DELETED'",
    "UPDATE backoffice.orders SET state = 'DELETED', reason_deleted = 'court'",
    "UPDATE backoffice.orders SET reason_deleted = 'sans être supprimé'",
    f"{DRAFT} ('JORFTEXT1', 'VIGUEUR', 'Order', FALSE, '2020-01-01', 1)",
]


@pytest.fixture(scope="module")
def seeded(new_database: Callable[..., Settings]) -> Settings:
    settings = new_database()
    with connect(settings, Role.OWNER) as connection:
        connection.cursor().execute(SEED)
    return settings


@contextmanager
def undone(settings: Settings, role: Role) -> Iterator[Connection]:
    """A connection in a role whose changes are taken back, so that the cases share one database."""
    with connect(settings, role) as connection:
        yield connection
        connection.rollback()


@pytest.mark.parametrize(("role", "statement", "rows"), ALLOWED)
def test_a_role_does_its_work(seeded: Settings, role: Role, statement: str, rows: int) -> None:
    with undone(seeded, role) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        assert rows in {cursor.rowcount, -1}


@pytest.mark.parametrize(("role", "statement"), WITHOUT_EFFECT)
def test_a_role_does_not_reach_rows_of_others(seeded: Settings, role: Role, statement: str) -> None:
    with undone(seeded, role) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount == 0


@pytest.mark.parametrize(("role", "statement"), FORBIDDEN)
def test_a_role_is_kept_from_the_work_of_others(seeded: Settings, role: Role, statement: str) -> None:
    with (
        undone(seeded, role) as connection,
        connection.cursor() as cursor,
        pytest.raises(InsufficientPrivilege),
    ):
        cursor.execute(statement)


@pytest.mark.parametrize("statement", MALFORMED)
def test_nobody_writes_a_malformed_row(seeded: Settings, statement: str) -> None:
    with (
        undone(seeded, Role.OWNER) as connection,
        connection.cursor() as cursor,
        pytest.raises(CheckViolation),
    ):
        cursor.execute(statement)


def test_a_person_leaves_with_everything_they_made(seeded: Settings) -> None:
    with undone(seeded, Role.ETL) as connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM users WHERE identity_hash = sha256('alice')")
        cursor.execute(
            "SELECT (SELECT count(*) FROM installations), (SELECT count(*) FROM classements), "
            "(SELECT count(*) FROM prescriptions)"
        )
        assert cursor.fetchone() == (1, 1, 0)


def test_an_installation_with_picks_is_not_deleted(seeded: Settings) -> None:
    with (
        undone(seeded, Role.WEB) as connection,
        connection.cursor() as cursor,
        pytest.raises(psycopg2.errors.ForeignKeyViolation),
    ):
        cursor.execute("DELETE FROM installations WHERE id = 2")


def test_a_condition_of_the_site_can_use_its_indexes(settings: Settings) -> None:
    """A condition in the reading policy would keep operators that may leak, such as LIKE, from any index."""
    with connect(settings, Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute(
            f"{INSTALLATION} " + ",".join(f"('0058.{n:05d}', NULL, 'site{n}', 'A', 'x')" for n in range(2000))
        )
        cursor.execute("ANALYZE installations")
        cursor.execute("SET LOCAL ROLE envinorma_web; SET LOCAL enable_seqscan = OFF")
        cursor.execute(
            "EXPLAIN SELECT FROM installations WHERE owner_id IS NULL AND withdrawn_at IS NULL "
            "AND array_to_tsvector(split_words(search_text)) @@ 'site77'::tsquery"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Cond: (array_to_tsvector" in plan


def test_who_makes_backups_reads_every_row_of_every_table(settings: Settings) -> None:
    """Tables to come included; a table with row-level security must let them by a policy of its own."""
    with connect(settings, Role.OWNER) as owner:
        owner.cursor().execute("CREATE TABLE later (x integer GENERATED ALWAYS AS IDENTITY)")
    with connect(settings, Role.BACKUP) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.oid::regclass FROM pg_class AS c"
            " WHERE c.relkind IN ('r', 'S')"
            " AND c.relnamespace IN ('public'::regnamespace, 'backoffice'::regnamespace)"
            " AND (NOT has_table_privilege(c.oid, 'SELECT') OR (c.relrowsecurity AND NOT EXISTS ("
            "SELECT FROM pg_policy AS p WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd = 'r'"
            " AND pg_get_expr(p.polqual, p.polrelid) = 'true'"
            " AND 'envinorma_backup'::regrole = ANY (p.polroles))))"
        )
        assert cursor.fetchall() == []
