"""The nomenclature: loaded whole, again without change, or refused with the line."""

from pathlib import Path
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812

from etl.errors import RefusedError
from etl.sync.nomenclature import sync_nomenclature

pytestmark = pytest.mark.postgres

HEADER = "rubrique,alinea,description,regime\n"
LINES = '1510,1,"Entrepôts, couverts",A\n1510,2-a,,E\n2910,,Combustion,NC\n'


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "classement_references.csv"
    path.write_text(text, encoding="utf-8")
    return path


def rows(connection: Connection) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rubrique, alinea, regime, description FROM classement_references ORDER BY id")
        found = cursor.fetchall()
    connection.rollback()
    return found


def test_load_again_and_change(connection: Connection, tmp_path: Path) -> None:
    report = sync_nomenclature(connection, write(tmp_path, HEADER + LINES))
    assert (report.outcome, report.created) == ("done", 3)
    assert rows(connection) == [
        ("1510", "1", "A", "Entrepôts, couverts"),
        ("1510", "2-a", "E", ""),
        ("2910", None, "NC", "Combustion"),
    ]
    assert sync_nomenclature(connection, write(tmp_path, HEADER + LINES)).outcome == "unchanged"
    changed = LINES.replace("Combustion", "Installations de combustion").replace("1510,2-a,,E\n", "")
    report = sync_nomenclature(connection, write(tmp_path, HEADER + changed))
    assert (report.created, report.updated, report.deleted, report.unchanged) == (0, 1, 1, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the first line must be"),
        ("rubrique;alinea;description;regime\n", "the first line must be"),
        (HEADER, "no line after its header"),
        (HEADER + "1510,1,x\n", "line 2: 3 fields instead of 4"),
        (HEADER + LINES + "151,1,x,A\n", "line 5: the rubrique '151'"),
        (HEADER + LINES + "1510,3,x,S\n", "line 5: the regime 'S'"),
        (HEADER + LINES + "2910,,Autre,NC\n", "line 5: .* there twice"),
        (HEADER + '1510,1,"never closed,A\n', "line 2"),
    ],
)
def test_refused_with_the_line(connection: Connection, tmp_path: Path, text: str, said: str) -> None:
    sync_nomenclature(connection, write(tmp_path, HEADER + LINES))
    before = rows(connection)
    with pytest.raises(RefusedError, match=said):
        sync_nomenclature(connection, write(tmp_path, text))
    assert rows(connection) == before


def test_bytes_that_are_no_text(connection: Connection, tmp_path: Path) -> None:
    path = tmp_path / "classement_references.csv"
    path.write_bytes(b"rubrique,alinea\xe9")
    with pytest.raises(RefusedError, match="not UTF-8"):
        sync_nomenclature(connection, path)
    with pytest.raises(RefusedError, match="There is no nomenclature file"):
        sync_nomenclature(connection, tmp_path / "absent.csv")
