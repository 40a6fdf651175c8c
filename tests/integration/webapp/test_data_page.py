"""The page of the data, the foot of every page, and the files."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

from etl.reports import Report, record_run
from etl.settings import Settings
from etl.storage import bucket
from tests.demo_site import MANY_LINES, load_demo
from tests.site_visits import page_of
from webapp.data.catalogue import PUBLIC_FILES

pytestmark = pytest.mark.postgres

NOW = datetime.now(UTC)
# What the steps that the fixture runs write.
OF_THE_DEMO = [name for name in PUBLIC_FILES if name.startswith(("installations", "classements"))]


def run(step: str, **values: Any) -> Report:
    """Return a report of the data's steps that ended now."""
    given = {"outcome": "done", "started_at": NOW - timedelta(seconds=75), "finished_at": NOW} | values
    return Report(step=step, dataset="icpe", **given)


def text_of(client: FlaskClient, path: str = "/donnees") -> str:
    return " ".join(page_of(client, path).text.split())


def test_before_anything_is_loaded(empty_client: FlaskClient) -> None:
    assert "n’ont pas encore été mises en service" in text_of(empty_client)
    assert "Aucune installation n’est encore en service" in text_of(empty_client, "/")


def test_what_the_demo_says(demo_client: FlaskClient) -> None:
    told = text_of(demo_client)

    assert "64 installations" in told
    assert "Lignes rejetées" in told
    assert "valeur mal formée (colonne « code_s3ic »)" in told
    assert "date d’autorisation" in told
    assert "À jour" in told
    for name, title in PUBLIC_FILES.items():
        assert (title in told) is (name in OF_THE_DEMO)


def test_all_lines_of_the_largest_site(demo_client: FlaskClient, demo_settings: Settings) -> None:
    identifier, name = MANY_LINES
    published = (
        (bucket(demo_settings, "misc") / "classements_all.csv").read_text(encoding="utf-8").splitlines()
    )
    sheet = page_of(demo_client, f"/installations/{identifier}")

    assert sheet.h1.text == name
    assert (
        len(sheet.select(".classements .in-force"))
        == sum(line.startswith(identifier) for line in published)
        > 30
    )


def test_the_foot_of_every_page(demo_client: FlaskClient) -> None:
    for path in ("/", "/installations?q=val", "/installations/0099.00323", "/donnees"):
        foot = " ".join(page_of(demo_client, path).footer.text.split())
        assert "64 installations et" in foot
        assert "données du" in foot
        assert "Source : Géorisques / S3IC, Licence Ouverte." in foot


def test_the_foot_follows_a_sync(empty_client: FlaskClient, empty_settings: Settings) -> None:
    before = page_of(empty_client, "/").footer.text
    load_demo(empty_settings)
    after = page_of(empty_client, "/").footer.text

    assert ("64" in before, "64" in after) == (False, True)


def test_old_data_is_said_to_be_old(empty_client: FlaskClient, connection: Connection) -> None:
    record_run(connection, run("sync_icpe", dated_on=date(2021, 2, 7)))
    connection.commit()

    told = text_of(empty_client)

    assert "Les données ont plus de 180 jours" in told
    assert "Données anciennes" in told
    assert "Ces données sont anciennes." in text_of(empty_client, "/")


def test_a_refused_run_leaves_the_old_state_and_says_so(
    empty_client: FlaskClient, connection: Connection
) -> None:
    record_run(connection, run("sync_icpe", dated_on=NOW.date(), finished_at=NOW - timedelta(seconds=10)))
    record_run(connection, run("sync_icpe", outcome="refused", message="password=hunter2 is in a cause"))
    connection.commit()

    told = text_of(empty_client)

    assert "les données précédentes restent en service" in told
    assert "Refusé" in told
    assert "À jour" in told
    assert "hunter2" not in told


def test_rejected_rows_by_reason(empty_client: FlaskClient, connection: Connection) -> None:
    rejected = {"establishments: malformed code_s3ic": 2, "classements: wrong field count": 11}
    record_run(connection, run("transform_icpe", rows_in=1500, rejected=rejected))
    connection.commit()

    rows = [
        [cell.text for cell in row.select("td")]
        for row in page_of(empty_client, "/donnees").select("[aria-describedby=icpe-rejets] tbody tr")
    ]

    assert rows == [
        ["Classements", "nombre de champs inattendu", "11"],
        ["Établissements", "valeur mal formée (colonne « code_s3ic »)", "2"],
    ]


@pytest.mark.parametrize("name", OF_THE_DEMO)
def test_public_files_whole(demo_client: FlaskClient, demo_settings: Settings, name: str) -> None:
    answer = demo_client.get(f"/donnees/fichiers/{name}")
    published = (bucket(demo_settings, "misc") / name).read_bytes()

    assert answer.status_code == 200
    assert answer.data == published
    assert answer.headers["Content-Length"] == str(len(published))
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
    assert answer.mimetype == "text/csv"


@pytest.mark.parametrize(
    "name",
    [
        "private/icpe/rejects.csv",
        "rejects.csv",
        "report.json",
        "..%2f..%2fetc%2fpasswd",
        "private%2Ficpe%2Freport.json",
    ],
)
def test_nothing_else_of_the_bucket(demo_client: FlaskClient, name: str) -> None:
    assert demo_client.get(f"/donnees/fichiers/{name}").status_code == 404


def test_a_file_that_is_not_there_yet(empty_client: FlaskClient) -> None:
    assert empty_client.get("/donnees/fichiers/installations_all.csv").status_code == 404


def test_a_committed_set_is_completed_before_it_is_read(
    empty_client: FlaskClient, empty_settings: Settings
) -> None:
    """A writer killed between its commit and the last move leaves a set that the reader finishes."""
    pending = bucket(empty_settings, "misc") / ".pending-0123abcd"
    pending.mkdir()
    (pending / "installations_all.csv").write_bytes(b"s3ic_id\n")
    (pending / "manifest.json").write_text(json.dumps({"keys": ["installations_all.csv"]}))

    assert empty_client.get("/donnees/fichiers/installations_all.csv").data == b"s3ic_id\n"
