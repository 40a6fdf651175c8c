"""The back-office filled from an archive and published as one: what goes in comes out."""

import io
import json
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

from etl.am_documents import Metadata, encoded, fingerprint_of, pack
from etl.am_export import LATEST, export_to_bucket, export_to_file, make_archive
from etl.am_import import import_ams
from etl.errors import RefusedError
from etl.settings import Settings
from etl.storage import list_keys
from tests.ams import WAREHOUSES, Document, contradicted, demo_archive, demo_order

pytestmark = pytest.mark.postgres


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return demo_archive(tmp_path / "orders.zip")


@pytest.fixture
def am(settings: Settings) -> Path:
    """The bucket `am`."""
    folder = Path(settings.bucket_url("am"))
    folder.mkdir(parents=True)
    return folder


def contents(path: Path) -> dict[str, bytes]:
    """The entries of an archive."""
    with zipfile.ZipFile(path) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def values(connection: Connection, query: str, *arguments: object) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(query, arguments)
        return list(cursor.fetchall())


def edit(
    connection: Connection, cid: str, change: Callable[[Document], object], state: str = "VIGUEUR"
) -> None:
    """Save a version as an editor would, whatever it holds."""
    document = demo_order(cid)
    change(document)
    data, metadata = encoded(document), Metadata(state=state)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE backoffice.orders SET version = 2, state = %s WHERE cid = %s",
            (state, cid),
        )
        cursor.execute(
            "INSERT INTO backoffice.order_versions (cid, number, action, document, metadata, fingerprint)"
            " VALUES (%s, 2, 'text', %s, %s, %s)",
            (cid, pack(data), json.dumps(metadata.to_values()), fingerprint_of(data, metadata)),
        )
    connection.commit()


def retitle(document: Document) -> None:
    document["title"]["text"] += ", retouché"


def nothing(_: Document) -> None:
    """Leave the document as it is."""


def test_what_was_imported_is_exported_byte_for_byte(
    connection: Connection, archive: Path, am: Path, tmp_path: Path
) -> None:
    report = import_ams(connection, archive)
    assert (report.outcome, report.created, report.updated) == ("done", 8, 0)
    export_to_file(connection, tmp_path / "out.zip")
    assert contents(tmp_path / "out.zip") == contents(archive)
    report = export_to_bucket(connection, am)
    assert (report.outcome, report.rows_out) == ("done", 8)
    assert (am / LATEST).read_bytes() == (tmp_path / "out.zip").read_bytes()


def test_importing_again_changes_nothing(connection: Connection, archive: Path) -> None:
    import_ams(connection, archive)
    again = import_ams(connection, archive)
    assert (again.outcome, again.unchanged) == ("unchanged", 8)
    assert values(connection, "SELECT count(*), max(number) FROM backoffice.order_versions") == [(8, 1)]


def test_the_same_content_laid_out_otherwise_changes_nothing(
    connection: Connection, archive: Path, tmp_path: Path
) -> None:
    import_ams(connection, archive)
    with zipfile.ZipFile(tmp_path / "indented.zip", "w") as indented:
        for name, data in contents(archive).items():
            indented.writestr(name, json.dumps(json.loads(data), indent=2))
    assert import_ams(connection, tmp_path / "indented.zip").outcome == "unchanged"


def test_an_order_nobody_edited_follows_the_archive(
    connection: Connection, archive: Path, tmp_path: Path
) -> None:
    import_ams(connection, archive)
    newer = demo_archive(tmp_path / "newer.zip", lambda documents: retitle(documents[WAREHOUSES]))
    report = import_ams(connection, newer)
    assert (report.outcome, report.created, report.updated, report.unchanged) == ("done", 0, 1, 7)
    query = "SELECT version, title LIKE '%%, retouché' FROM backoffice.orders WHERE cid = %s"
    assert values(connection, query, WAREHOUSES) == [(2, True)]


@pytest.mark.parametrize(
    ("change", "state"), [(retitle, "VIGUEUR"), (nothing, "ABROGE")], ids=["text", "repealed"]
)
def test_an_edited_order_is_replaced_only_on_demand(
    change: Callable[[Document], object], state: str, connection: Connection, archive: Path
) -> None:
    import_ams(connection, archive)
    edit(connection, WAREHOUSES, change, state)
    with pytest.raises(RefusedError, match=WAREHOUSES):
        import_ams(connection, archive)
    assert values(connection, "SELECT max(number) FROM backoffice.order_versions") == [(2,)]
    report = import_ams(connection, archive, replace=True)
    assert (report.outcome, report.updated, report.unchanged) == ("done", 1, 7)
    rows = values(connection, "SELECT version, state FROM backoffice.orders WHERE cid = %s", WAREHOUSES)
    assert rows == [(3, "VIGUEUR")]
    history = "SELECT number, action FROM backoffice.order_versions WHERE cid = %s ORDER BY number"
    assert values(connection, history, WAREHOUSES) == [(1, "import"), (2, "text"), (3, "import")]


def test_one_invalid_order_refuses_the_archive(connection: Connection, tmp_path: Path) -> None:
    def spoil(documents: dict[str, Document]) -> None:
        documents[WAREHOUSES]["date_of_signature"] = "hier"

    with pytest.raises(RefusedError, match=f"{WAREHOUSES}.json"):
        import_ams(connection, demo_archive(tmp_path / "bad.zip", spoil))
    assert values(connection, "SELECT count(*) FROM backoffice.orders") == [(0,)]


@pytest.mark.parametrize("state", ["EN_CREATION", "ABROGE"])
def test_only_orders_in_force_are_exported(state: str, connection: Connection, archive: Path) -> None:
    import_ams(connection, archive)
    edit(connection, WAREHOUSES, nothing, state)
    assert make_archive(connection).orders == 7


def test_trial_orders_are_not_exported(connection: Connection, archive: Path) -> None:
    import_ams(connection, archive)
    values_of = "cid, state, title, is_transverse, date_of_signature, version"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO backoffice.orders ({values_of}) "  # noqa: S608
            "VALUES ('FAKE1', 'VIGUEUR', 'Essai', FALSE, '2020-01-01', 1)"
        )
        document = pack(encoded({**demo_order(), "id": "FAKE1"}))
        cursor.execute(
            "INSERT INTO backoffice.order_versions (cid, number, action, document, metadata, fingerprint)"
            " VALUES ('FAKE1', 1, 'create', %s, '{}', sha256('x'))",
            (document,),
        )
    connection.commit()
    assert make_archive(connection).orders == 8


def an_unknown_topic(document: Document) -> None:
    document["sections"][0]["annotations"] = {"topic": "JARDINAGE"}


@pytest.mark.parametrize("spoil", [contradicted, an_unknown_topic])
def test_one_order_that_cannot_be_published_stops_all(
    spoil: Callable[[Document], object], connection: Connection, archive: Path, am: Path
) -> None:
    import_ams(connection, archive)
    export_to_bucket(connection, am)
    before = (am / LATEST).read_bytes(), sorted(list_keys(am))
    edit(connection, WAREHOUSES, spoil)
    with pytest.raises(RefusedError, match=WAREHOUSES):
        export_to_bucket(connection, am)
    assert ((am / LATEST).read_bytes(), sorted(list_keys(am))) == before


def test_the_same_orders_are_published_once(connection: Connection, archive: Path, am: Path) -> None:
    import_ams(connection, archive)
    first = export_to_bucket(connection, am)
    keys = sorted(list_keys(am))
    assert len(keys) == 2
    assert LATEST in keys
    again = export_to_bucket(connection, am)
    assert (first.outcome, again.outcome) == ("done", "unchanged")
    assert sorted(list_keys(am)) == keys
    edit(connection, WAREHOUSES, retitle)
    assert export_to_bucket(connection, am).outcome == "done"
    assert len(list_keys(am)) == 3
    exported = json.loads(contents(am / LATEST)[f"{WAREHOUSES}.json"])
    assert exported["title"]["text"].endswith(", retouché")


def test_an_empty_back_office_publishes_nothing(connection: Connection, am: Path) -> None:
    with pytest.raises(RefusedError, match="No order is in force"):
        export_to_bucket(connection, am)
    assert list_keys(am) == []


def test_what_publication_derives_is_derived_again(connection: Connection, archive: Path) -> None:
    def forget(document: Document) -> None:
        document["legifrance_url"] = None
        document["classements"].append({"rubrique": "2925", "regime": "D", "alinea": "", "state": "ACTIVE"})

    import_ams(connection, archive)
    edit(connection, WAREHOUSES, forget)
    with zipfile.ZipFile(io.BytesIO(make_archive(connection).data)) as opened:
        published = json.loads(opened.read(f"{WAREHOUSES}.json"))
    assert published["legifrance_url"] == f"https://www.legifrance.gouv.fr/loda/id/{WAREHOUSES}"
    assert published["classements_with_alineas"][-1] == {"rubrique": "2925", "regime": "D", "alineas": []}


def test_the_row_of_an_order_says_what_lists_need(connection: Connection, tmp_path: Path) -> None:
    def mark(documents: dict[str, Document]) -> None:
        first = documents[WAREHOUSES]["sections"][0]
        documents[WAREHOUSES]["orphan_titles"] = {first["id"]: ["Titre perdu"]}

    import_ams(connection, demo_archive(tmp_path / "marked.zip", mark))
    query = (
        "SELECT state, date_of_signature::text, aida_page, classements -> 1, sections > sections_with_topic,"
        " attention ->> 'orphans', nor FROM backoffice.orders WHERE cid = %s"
    )
    (row,) = values(connection, query, WAREHOUSES)
    assert row == (
        "VIGUEUR",
        "2015-05-12",
        "900001",
        {"rubrique": "1510", "regime": "E", "alinea": "2-a"},
        True,
        "1",
        None,
    )


@pytest.mark.real_data
def test_the_real_orders_come_out_as_they_went_in(
    connection: Connection, real_data: Path, tmp_path: Path
) -> None:
    """217 orders in less than 10 s, out in less than 5 (of this process: the machine may be busy)."""
    began = time.process_time()
    assert import_ams(connection, real_data / "ams.zip").created == 217
    imported = time.process_time()
    export_to_file(connection, tmp_path / "out.zip")
    exported = time.process_time()
    assert contents(tmp_path / "out.zip") == contents(real_data / "ams.zip")
    assert import_ams(connection, real_data / "ams.zip").outcome == "unchanged"
    assert export_to_file(connection, tmp_path / "out.zip").outcome == "unchanged"
    assert imported - began < 10
    assert exported - imported < 5
