"""What the page of the data says of prefectoral orders: how far reading is, how old it is, and the files."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

from etl.database import Role, connect
from etl.reports import Report, record_run
from etl.settings import Settings
from etl.storage import bucket
from tests.aps import Ap, demo_aps, georisques_id_of, load_aps
from tests.demo_site import load_demo, site_settings
from tests.site_visits import page_of, visitor_of

pytestmark = pytest.mark.postgres

NOW = datetime.now(UTC)
SITE = "0099.00323"


def table_of(page: BeautifulSoup, name: str) -> list[list[str]]:
    """Return the rows of one of the tables, as text."""
    rows = page.select(f"[aria-describedby={name}] tbody tr")
    return [[cell.text.strip() for cell in row.select("th, td")] for row in rows]


def text_of(client: FlaskClient, path: str = "/donnees") -> str:
    return " ".join(page_of(client, path).text.split())


def run(dataset: str, step: str = "update_aps", **values: Any) -> Report:
    """Return a report that ended now."""
    ended = {"outcome": "done", "started_at": NOW - timedelta(minutes=3), "finished_at": NOW}
    return Report(step=step, dataset=dataset, **{**ended, **values})


@pytest.fixture(scope="module")
def aps_settings(module_settings: Settings) -> Settings:
    """The demo's orders, with one that could not be read and two that nobody tried."""
    settings = site_settings(module_settings)
    load_demo(settings)
    failed = Ap(georisques_id_of("broken"), SITE, "Arrêté illisible", ocr_status="ERROR")
    waiting = [
        Ap(georisques_id_of(f"new {number}"), SITE, "Arrêté nouveau", ocr_status="NOT_ATTEMPTED")
        for number in (1, 2)
    ]
    load_aps(settings, [*demo_aps(), failed, *waiting])
    return settings


@pytest.fixture(scope="module")
def visitor(aps_settings: Settings) -> Iterator[FlaskClient]:
    yield from visitor_of(aps_settings)


def test_states_with_their_shares(visitor: FlaskClient) -> None:
    page = page_of(visitor, "/donnees")

    states = table_of(page, "aps-lecture")
    assert [row[:2] for row in states] == [
        ["Texte disponible", str(len(demo_aps()))],
        ["Lecture impossible", "1"],
        ["Pas encore lus", "2"],
    ]
    assert [row[0] for row in table_of(page, "aps-echecs")] == ["Le fichier est abîmé"]
    assert table_of(page, "aps-confiance") == [["Lecture sûre", str(len(demo_aps())), "100\u00a0%"]]


def test_how_long_the_first_has_waited(visitor: FlaskClient) -> None:
    assert "attend depuis le" in text_of(visitor)


def test_what_the_sync_changed(visitor: FlaskClient) -> None:
    table = page_of(visitor, "/donnees").select("[aria-labelledby='aps aps-changements'] tbody tr")

    assert [row.th.text for row in table if row.th] == ["Arrêtés préfectoraux", "Pages"]


@pytest.fixture
def loaded_client(empty_settings: Settings) -> Iterator[FlaskClient]:
    """A visitor of a site with the demo's installations and orders, of this test alone."""
    load_demo(empty_settings)
    load_aps(empty_settings, demo_aps())
    yield from visitor_of(empty_settings)


def test_confidence_in_words(loaded_client: FlaskClient, settings: Settings) -> None:
    with connect(settings, Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id FROM aps ORDER BY id")
        ids = [row[0] for row in cursor.fetchall()]
        for key, confidence in zip(ids, (None, 95.0, 90.0, 89.9, 79.9), strict=False):
            cursor.execute("UPDATE aps SET confidence = %s WHERE id = %s", (confidence, key))
        cursor.execute("DELETE FROM aps WHERE id = any(%s)", (ids[5:],))

    assert [row[:2] for row in table_of(page_of(loaded_client, "/donnees"), "aps-confiance")] == [
        ["Texte du document lui-même, sans lecture", "1"],
        ["Lecture sûre", "2"],
        ["Lecture bonne, quelques mots à vérifier", "1"],
        ["Lecture incertaine, à vérifier sur le document", "1"],
    ]


def test_a_withdrawn_order_is_not_counted(loaded_client: FlaskClient, settings: Settings) -> None:
    with connect(settings, Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE aps SET withdrawn_at = now() WHERE id = (SELECT min(id) FROM aps)")

    [state] = table_of(page_of(loaded_client, "/donnees"), "aps-lecture")
    assert state[1] == str(len(demo_aps()) - 1)


@pytest.mark.parametrize(("days", "is_stale"), [(6, False), (8, True)])
def test_orders_not_updated_for_too_long_are_said_to_be_old_everywhere(
    loaded_client: FlaskClient, connection: Connection, days: int, is_stale: bool
) -> None:
    """The sync of today says nothing of it: the source has not been looked at for longer."""
    last = NOW - timedelta(days=days)
    record_run(connection, run("aps", started_at=last, finished_at=last))
    connection.commit()

    for path in ("/", "/installations/0099.00323", "/donnees"):
        assert (
            "Les arrêtés préfectoraux n’ont pas été mis à jour depuis le" in text_of(loaded_client, path)
        ) is (is_stale)
    assert ("Aucune mise à jour n’a abouti depuis plus de 7 jours" in text_of(loaded_client)) is is_stale
    assert (
        "des arrêtés récents peuvent manquer" in text_of(loaded_client, "/recherche?q=arrêté")
    ) is is_stale


def test_a_failed_run_does_not_make_the_orders_new(
    loaded_client: FlaskClient, connection: Connection
) -> None:
    old = NOW - timedelta(days=30)
    record_run(connection, run("aps", started_at=old, finished_at=old))
    record_run(connection, run("aps", outcome="failed"))
    connection.commit()

    told = text_of(loaded_client)
    assert "Aucune mise à jour n’a abouti" in told
    assert "cherchés pour la dernière fois il y a moins d’une heure" in told


def test_rejects_of_the_source_and_the_files(
    loaded_client: FlaskClient, empty_settings: Settings, connection: Connection
) -> None:
    folder = bucket(empty_settings, "misc")
    (folder / "documents_all.csv").write_text("s3ic_id\n", encoding="utf-8")
    listed = run(
        "documents",
        rows_in=1500,
        rejected={"malformed url_document": 3},
        filtered={"site not published": 40},
        files=[
            {"key": "documents_all.csv", "bytes": 8, "rows": 0},
            {"key": "georisques_ids.json", "bytes": 2},
        ],
        details={"documents": {"dates_emptied": {"date": 2}}},
    )
    record_run(connection, listed)
    record_run(connection, replace(run("aps"), files=[{"key": "aps_all.csv", "bytes": 9, "rows": 6}]))
    connection.commit()
    page = page_of(loaded_client, "/donnees")

    assert table_of(page, "aps-rejets") == [
        ["Documents", "valeur mal formée (colonne « url_document »)", "3"]
    ]
    assert table_of(page, "aps-dates") == [["Documents", "date du document", "2"]]
    links = [link["href"] for link in page.select("a[download]")]
    assert links[-2:] == ["/donnees/fichiers/aps_all.csv", "/donnees/fichiers/documents_all.csv"]
    assert not any("georisques_ids" in link for link in links)
    assert loaded_client.get("/donnees/fichiers/documents_all.csv").data == b"s3ic_id\n"
    assert loaded_client.get("/donnees/fichiers/georisques_ids.json").status_code == 404


def test_each_run_says_what_it_did(loaded_client: FlaskClient, connection: Connection) -> None:
    for dataset in ("documents", "aps"):
        record_run(connection, run(dataset))
    connection.commit()

    table = page_of(loaded_client, "/donnees").select("[aria-labelledby='aps aps-passages'] tbody tr")
    assert sorted(row.select("td")[1].text for row in table) == [
        "Lecture des documents",
        "Mise en service",
        "Relevé de la source",
    ]
