"""People in a database: idle and present ones, each with a copy, a fictive installation and picks."""

from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

PICKS = 3
TABLES = ("users", "installations", "classements", "prescriptions")

PEOPLE = """
INSERT INTO users (identity_hash, last_seen_at)
SELECT sha256((%(mark)s || n)::bytea), now() - make_interval(days => %(idle_days)s)
FROM generate_series(1, %(people)s) AS n;
INSERT INTO installations (s3ic_id, owner_id, source_id, name, regime, active)
SELECT
    made.s3ic_id, users.id, CASE WHEN made.s3ic_id <> '0000.00000' THEN 1 END, 'own', 'A', 'En fonctionnement'
FROM users, (VALUES ('0058.00001'), ('0000.00000')) AS made (s3ic_id)
WHERE NOT EXISTS (SELECT FROM installations WHERE owner_id = users.id);
INSERT INTO classements (installation_id, owner_id, position, rubrique, regime)
SELECT id, owner_id, place, '2510', 'A' FROM installations, generate_series(0, 1) AS place
WHERE owner_id IS NOT NULL AND NOT EXISTS (SELECT FROM classements WHERE installation_id = installations.id);
INSERT INTO prescriptions (user_id, installation_id, cid, alinea_id, order_title, content)
SELECT owner_id, id, 'JORFTEXT000000000001', 'alinea_' || n, 'Order', '{}'
FROM installations, generate_series(1, %(picks)s) AS n
WHERE owner_id IS NOT NULL AND NOT EXISTS (SELECT FROM prescriptions WHERE user_id = owner_id);
"""
PUBLISHED = """
INSERT INTO installations (s3ic_id, name, regime, active)
VALUES ('0058.00001', 'published', 'A', 'En fonctionnement');
INSERT INTO classements (installation_id, position, rubrique, regime) VALUES (1, 0, '2510', 'A');
"""


def add_people(owner: Connection, people: int, idle_days: int, *, picks: int = PICKS) -> None:
    """Add people last seen so many days ago, each with a copy, a fictive installation, lines and picks."""
    with owner.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM installations WHERE owner_id IS NULL")
        if cursor.fetchone() == (0,):
            cursor.execute(PUBLISHED)
        values = {"people": people, "idle_days": idle_days, "picks": picks, "mark": f"{idle_days}-"}
        cursor.execute(PEOPLE, values)
    owner.commit()


def counted(owner: Connection) -> dict[str, int]:
    """How many rows each table has."""
    counts = {}
    with owner.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608  (names of this module)
            (counts[table],) = cursor.fetchone() or (0,)
    owner.rollback()
    return counts
