"""People of the benchmarks: idle and present ones, with what they made."""

from etl.database import Role, connect
from etl.settings import Settings

# A fifth has a copy of a published installation with its lines; everybody has picks.
COPIES_IN_FIVE = 1
LINES = 6
STATEMENTS = (
    """
    INSERT INTO installations (s3ic_id, name, city, code_postal, regime, active)
    SELECT
        to_char(n / 100000, 'FM0000') || '.' || to_char(n %% 100000, 'FM00000'), 'SITE ' || n,
        'VILLE ' || n %% 900, to_char(10000 + n %% 80000, 'FM00000'), 'A', 'En fonctionnement'
    FROM generate_series(1, %(sites)s) AS n
    """,
    """
    INSERT INTO users (identity_hash, last_seen_at)
    SELECT
        sha256(n::text::bytea),
        now() - CASE WHEN n > %(present)s THEN interval '100 days' ELSE interval '1 day' END
    FROM generate_series(1, %(present)s + %(idle)s) AS n
    """,
    """
    INSERT INTO installations (s3ic_id, owner_id, source_id, name, regime, active)
    SELECT source.s3ic_id, users.id, source.id, source.name, 'A', source.active
    FROM users INNER JOIN installations AS source ON source.id = 1 + users.id %% %(sites)s
    WHERE users.id %% 5 < %(copies_in_five)s AND source.owner_id IS NULL
    """,
    """
    INSERT INTO classements
        (installation_id, owner_id, position, rubrique, alinea, regime, activite, volume, unit)
    SELECT id, owner_id, place, '25' || place, 'A-' || place, 'A', 'Traitement de surfaces', '1250.500', 'm3'
    FROM installations, generate_series(0, %(lines)s - 1) AS place
    """,
    """
    INSERT INTO prescriptions (user_id, installation_id, cid, alinea_id, order_title, reference, content)
    SELECT
        users.id, 1 + users.id %% %(sites)s, 'JORFTEXT' || to_char(n, 'FM000000000000'), 'section_' || n,
        'Arrêté du 01/01/20 relatif aux prescriptions générales', 'Art. ' || n,
        -- Half of it cannot be packed, as with real texts.
        jsonb_build_object(
            'text',
            repeat('Les effluents sont analysés. ', 5) || md5(users.id::text) || md5(n::text || users.id)
            || md5('a' || n || users.id) || md5('b' || n || users.id) || md5('c' || n || users.id)
        )
    FROM users, generate_series(1, %(picks)s) AS n
    """,
    "ANALYZE",
)


def fill(settings: Settings, *, sites: int, present: int, idle: int, picks: int) -> None:
    """Fill an empty database: published sites, people of both kinds, copies, lines, and picks of each."""
    values = {
        "sites": sites, "present": present, "idle": idle, "picks": picks,
        "copies_in_five": COPIES_IN_FIVE, "lines": LINES,
    }  # fmt: skip
    with connect(settings, Role.OWNER) as owner, owner.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement, values)
