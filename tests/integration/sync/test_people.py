"""A sync beside rows of people: it never touches them, and what they refer to stays."""

from pathlib import Path
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

from etl.sync import apply_icpe
from tests.icpe_files import classement, installation, s3ic_id, write_files

pytestmark = pytest.mark.postgres

SITES = range(1, 41)

# Alice copied site 1 and changed a line under a rubrique 47, invented a site that bears the id of site 2,
# picked paragraphs on site 3, on site 40 and on her copy. Bob copied site 39.
PEOPLE = """
INSERT INTO users (identity_hash) VALUES (sha256('alice')), (sha256('bob'));
INSERT INTO installations (s3ic_id, owner_id, source_id, name, regime, active)
SELECT s3ic_id, 1, id, name || ' (copy)', regime, active FROM installations WHERE s3ic_id = '0058.00001'
UNION ALL SELECT '0058.00002', 1, NULL, 'invented', 'E', 'En fonctionnement'
UNION ALL
SELECT s3ic_id, 2, id, name || ' (copy)', regime, active FROM installations WHERE s3ic_id = '0058.00039';
INSERT INTO classements (installation_id, owner_id, position, rubrique, regime, volume)
SELECT id, owner_id, 0, '4718', 'A', '12' FROM installations WHERE owner_id IS NOT NULL;
INSERT INTO prescriptions (user_id, installation_id, cid, alinea_id, order_title, content)
SELECT 1, id, 'JORFTEXT000000000001', s3ic_id || id, 'Order', '{"text": "as it was"}' FROM installations
WHERE s3ic_id IN ('0058.00003', '0058.00040') OR name = 'SITE 1 (copy)';
"""

OF_PEOPLE = """
SELECT 'user', users.xmin::text, users::text FROM users
UNION ALL SELECT 'installation', i.xmin::text, i::text FROM installations AS i WHERE owner_id IS NOT NULL
UNION ALL SELECT 'line', c.xmin::text, c::text FROM classements AS c WHERE owner_id IS NOT NULL
UNION ALL SELECT 'pick', p.xmin::text, p::text FROM prescriptions AS p
ORDER BY 1, 3
"""


def rows(connection: Connection, query: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = cursor.fetchall()
    connection.rollback()
    return found


def write_sites(folder: Path, *numbers: int, **changes: str) -> Path:
    lines = [classement(n, **changes) for n in numbers]
    return write_files(folder, [installation(n, **changes) for n in numbers], lines)


@pytest.fixture
def peopled(connection: Connection, owner: Connection, tmp_path: Path) -> Connection:
    apply_icpe(connection, write_sites(tmp_path / "files", *SITES))
    owner.cursor().execute(PEOPLE)
    owner.commit()
    return connection


def age_withdrawals(owner: Connection, days: int) -> None:
    owner.cursor().execute(
        "UPDATE installations SET withdrawn_at = now() - make_interval(days => %s) "
        "WHERE withdrawn_at IS NOT NULL",
        (days,),
    )
    owner.commit()


def test_rows_of_people_are_never_touched(peopled: Connection, tmp_path: Path) -> None:
    theirs = rows(peopled, OF_PEOPLE)
    assert len(theirs) == 2 + 3 + 3 + 3
    for step, numbers in enumerate((SITES, SITES, SITES[:-1], range(1, 42)), start=1):
        files = write_sites(tmp_path / str(step), *numbers, regime="A" if step % 2 else "E")
        assert apply_icpe(peopled, files).outcome == ("unchanged" if step == 1 else "done")
        assert rows(peopled, OF_PEOPLE) == theirs


def test_an_invented_site_does_not_stand_for_the_published_one(peopled: Connection, tmp_path: Path) -> None:
    apply_icpe(peopled, write_sites(tmp_path / "less", 1, *SITES[2:]))
    same_id = (
        f"SELECT name, withdrawn_at IS NULL FROM installations WHERE s3ic_id = '{s3ic_id(2)}' ORDER BY id"  # noqa: S608
    )
    assert rows(peopled, same_id) == [("SITE 2", False), ("invented", True)]


def test_what_people_refer_to_is_withdrawn_and_kept(
    peopled: Connection, owner: Connection, tmp_path: Path
) -> None:
    theirs = rows(peopled, OF_PEOPLE)
    picked, copied, forgotten = 40, 39, 38
    for last in (picked, copied, forgotten):  # one at a time: below the share that asks for an approval
        apply_icpe(peopled, write_sites(tmp_path / str(last), *range(1, last)))
    age_withdrawals(owner, days=29)
    less = write_sites(tmp_path / "less", *range(1, forgotten))
    assert apply_icpe(peopled, less).outcome == "unchanged"

    age_withdrawals(owner, days=31)
    report = apply_icpe(peopled, less)
    assert (report.outcome, report.deleted, report.details["forgotten"]) == ("done", 1, 1)
    left = "SELECT s3ic_id FROM installations WHERE withdrawn_at IS NOT NULL ORDER BY 1"
    assert rows(peopled, left) == [(s3ic_id(copied),), (s3ic_id(picked),)]
    orphans = "SELECT FROM classements WHERE installation_id NOT IN (SELECT id FROM installations)"
    assert rows(peopled, orphans) == []
    assert rows(peopled, OF_PEOPLE) == theirs
    assert apply_icpe(peopled, less).outcome == "unchanged"


def test_what_returns_after_being_deleted_is_new(
    peopled: Connection, owner: Connection, tmp_path: Path
) -> None:
    less = write_sites(tmp_path / "less", *range(1, 38), 39, 40)
    apply_icpe(peopled, less)
    age_withdrawals(owner, days=31)
    apply_icpe(peopled, less)
    report = apply_icpe(peopled, write_sites(tmp_path / "again", *SITES))
    assert (report.created, report.updated) == (2, 0)  # the installation and its line
