"""Step 4 for prefectoral orders, on real tables: what is written, what stays, what people keep."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

from etl.aps.statuses import status_key
from etl.errors import RefusedError
from etl.reports import Report
from etl.sync import ApComparison, ApprovalNeeded, ap_rows, apply_aps, compare_aps
from etl.sync import aps as step
from tests.aps import READ_AT, Ap, demo_aps, georisques_id_of, made_aps, write_aps, write_list, write_orders

pytestmark = pytest.mark.postgres

HEADING = "ARRÊTÉ PRÉFECTORAL n° 12\nportant mise en demeure de la société SABLE\n\nLe préfet\nVU le code"
MADE_TITLE = "Arrêté préfectoral n° 12 portant mise en demeure de la société SABLE"
MANY = made_aps(40)  # so many that one is less than 5 %
FIRST = MANY[0]


def rows(connection: Connection, query: str, *values: object) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        found = cursor.fetchall()
    connection.rollback()
    return found


def versions(connection: Connection) -> dict[str, list[str]]:
    """Return for each order the transactions that wrote its row and its pages."""
    query = (
        "SELECT georisques_id, array_agg(aps.xmin::text || '/' || ap_pages.xmin::text ORDER BY page) "
        "FROM aps LEFT JOIN ap_pages ON ap_id = id GROUP BY georisques_id"
    )
    return dict(rows(connection, query))


def sync(connection: Connection, folder: Path, **options: Any) -> Report:
    return apply_aps(connection, folder / "misc", folder / "ap", **options)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_aps(tmp_path, MANY)


@pytest.fixture
def loaded(connection: Connection, folder: Path) -> Connection:
    sync(connection, folder)
    return connection


def with_first(**changes: Any) -> list[Ap]:
    return [replace(FIRST, **changes), *MANY[1:]]


def test_first_load(connection: Connection, tmp_path: Path) -> None:
    orders = [
        *demo_aps(),
        Ap(georisques_id_of("broken"), "0099.00101", "AP", None, (), "ERROR"),
        Ap(georisques_id_of("new"), "0099.00101", "AP", None, (), "NOT_ATTEMPTED"),
    ]
    report = sync(connection, write_aps(tmp_path, orders))
    assert (report.outcome, report.created, report.rows_in) == ("done", len(orders), len(orders))
    assert report.files[0]["key"] == "aps_all.csv"
    found = rows(
        connection,
        "SELECT georisques_id, s3ic_id, description, dated_on, ocr_status, coalesce(page_count, 0), "
        "size_bytes FROM aps",
    )
    assert sorted(found) == sorted(
        (
            ap.georisques_id, ap.s3ic_id, ap.description, ap.dated_on, ap.ocr_status, len(ap.pages),
            20_000 if ap.pages else None,
        )
        for ap in orders
    )  # fmt: skip
    texts = rows(connection, "SELECT georisques_id, page, text FROM ap_pages JOIN aps ON id = ap_id")
    expected = {(ap.georisques_id, page, text) for ap in orders for page, text in enumerate(ap.pages, 1)}
    assert set(texts) == expected
    assert rows(connection, "SELECT failure, reason, fingerprint IS NULL FROM aps WHERE page_count = 0") == [
        ("corrupt", "The file is cut short.", False)
    ]
    assert rows(connection, "SELECT outcome, created FROM dataset_runs WHERE step = 'sync_aps'") == [
        ("done", len(orders))
    ]


def test_pages_are_found_in_french_without_accents(connection: Connection, tmp_path: Path) -> None:
    sync(connection, write_aps(tmp_path, demo_aps()))
    found = rows(
        connection,
        "SELECT DISTINCT description FROM aps JOIN ap_pages ON ap_id = id "
        "WHERE search @@ websearch_to_tsquery('french_unaccent', 'chaudieres')",
    )
    assert found == [("Arrêté préfectoral complémentaire relatif à l'installation de combustion",)]


def test_again_without_change_writes_no_row(loaded: Connection, folder: Path) -> None:
    before = versions(loaded)
    report = sync(loaded, folder)
    assert (report.outcome, report.unchanged) == ("unchanged", len(MANY))
    assert versions(loaded) == before


def test_what_did_not_change_is_not_read(loaded: Connection, folder: Path) -> None:
    """The index tells: the statuses themselves may be unreadable."""
    for ap in MANY:
        (folder / "ap" / status_key(ap.georisques_id)).write_bytes(b"not read")
    report = sync(loaded, folder)
    assert (report.outcome, report.details["findings_count"]) == ("unchanged", 0)


ONE_ORDER = {
    "its description": ({"description": "Autre"}, ("description", "Autre")),
    "its date": ({"dated_on": None}, ("dated_on", None)),
    "its installation": ({"s3ic_id": "0058.99999"}, ("s3ic_id", "0058.99999")),
    "a page more": ({"pages": (*FIRST.pages, "encore")}, ("page_count", 3)),
    "a page less": ({"pages": FIRST.pages[:1]}, ("page_count", 1)),
    "another text": ({"pages": ("Rien", *FIRST.pages[1:])}, ("page_count", 2)),
    "an error": ({"pages": (), "ocr_status": "ERROR"}, ("failure", "corrupt")),
    "not attempted any more": ({"pages": (), "ocr_status": "NOT_ATTEMPTED"}, ("ocr_status", "NOT_ATTEMPTED")),
}


@pytest.mark.parametrize(("changes", "expected"), ONE_ORDER.values(), ids=ONE_ORDER)
def test_one_order_that_changes_is_written_alone(
    loaded: Connection, folder: Path, changes: dict[str, Any], expected: tuple[str, object]
) -> None:
    before = versions(loaded)
    (folder / "ap" / status_key(FIRST.georisques_id)).unlink()
    changed = with_first(**changes)
    report = sync(loaded, write_aps(folder, changed))
    assert (report.outcome, report.updated, report.unchanged) == ("done", 1, len(MANY) - 1)
    after = versions(loaded)
    assert {known for known in after if after[known] != before[known]} == {FIRST.georisques_id}
    column, value = expected
    found = rows(loaded, f"SELECT {column} FROM aps WHERE georisques_id = %s", FIRST.georisques_id)  # noqa: S608  (constants of this module)
    assert found == [(value,)]
    texts = rows(
        loaded,
        "SELECT text FROM ap_pages JOIN aps ON id = ap_id WHERE georisques_id = %s ORDER BY page",
        FIRST.georisques_id,
    )
    assert [text for (text,) in texts] == list(changed[0].pages)
    assert sync(loaded, folder).outcome == "unchanged"


def test_a_reading_that_gives_the_same_text_leaves_the_pages(loaded: Connection, folder: Path) -> None:
    before = rows(loaded, "SELECT ap_id, page, xmin::text FROM ap_pages ORDER BY 1, 2")
    report = sync(loaded, write_aps(folder, MANY, READ_AT + timedelta(days=1)))
    assert (report.updated, report.details["pages"]["unchanged"]) == (len(MANY), 2 * len(MANY))
    assert rows(loaded, "SELECT ap_id, page, xmin::text FROM ap_pages ORDER BY 1, 2") == before


def test_other_rules_read_every_status_anew(
    loaded: Connection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(step, "DERIVATION", 99)
    monkeypatch.setattr(ap_rows, "DERIVATION", 99)
    assert sync(loaded, folder).updated == len(MANY)
    assert sync(loaded, folder).outcome == "unchanged"


TITLE = "SELECT description, title FROM aps WHERE georisques_id = %s"


def test_an_order_without_a_name_has_the_title_of_its_text(loaded: Connection, folder: Path) -> None:
    untitled = with_first(description="Nouveau document", pages=(HEADING, "suite"))
    sync(loaded, write_aps(folder, untitled))
    assert rows(loaded, TITLE, FIRST.georisques_id) == [("Nouveau document", MADE_TITLE)]

    for description, title in (("AP de 2012", None), ("Nouveau document", MADE_TITLE)):
        write_list(folder / "misc", with_first(description=description))  # the statuses stay as they are
        assert sync(loaded, folder).updated == 1
        assert rows(loaded, TITLE, FIRST.georisques_id) == [(description, title)]


PICK = """
INSERT INTO users (identity_hash) VALUES (sha256('one'));
INSERT INTO installations (s3ic_id, owner_id, name, regime, active)
SELECT '0000.00000', id, 'Site inventé', 'A', 'En fonctionnement' FROM users;
INSERT INTO prescriptions (user_id, installation_id, georisques_id, page, order_title, content)
SELECT owner_id, id, %s, 2, 'Arrêté', '{"text": "tel que choisi"}' FROM installations;
"""
PICKED = "SELECT content ->> 'text', gone_at IS NOT NULL FROM prescriptions"
PLACE = "SELECT id, withdrawn_at IS NOT NULL FROM aps WHERE georisques_id = %s"
PAGES = "SELECT count(*) FROM ap_pages JOIN aps ON id = ap_id WHERE georisques_id = %s"


@pytest.fixture
def picked(loaded: Connection, owner: Connection) -> Connection:
    owner.cursor().execute(PICK, (FIRST.georisques_id,))
    owner.commit()
    return loaded


def test_an_order_that_is_gone_is_withdrawn_and_takes_its_row_again(picked: Connection, folder: Path) -> None:
    number = rows(picked, PLACE, FIRST.georisques_id)[0][0]
    write_list(folder / "misc", MANY[1:])
    report = sync(picked, folder)
    assert (report.outcome, report.withdrawn) == ("done", 1)
    assert rows(picked, PLACE, FIRST.georisques_id) == [(number, True)]
    assert rows(picked, PAGES, FIRST.georisques_id) == [(2,)]
    assert rows(picked, PICKED) == [("tel que choisi", True)]
    assert sync(picked, folder).outcome == "unchanged"

    write_list(folder / "misc", MANY)
    assert sync(picked, folder).updated == 1
    assert rows(picked, PLACE, FIRST.georisques_id) == [(number, False)]
    assert rows(picked, PAGES, FIRST.georisques_id) == [(2,)]
    assert rows(picked, PICKED) == [("tel que choisi", False)]


def test_many_disappearing_orders_need_an_approval(loaded: Connection, folder: Path) -> None:
    write_list(folder / "misc", [])
    with pytest.raises(ApprovalNeeded, match="40 of 40 prefectoral orders"):
        sync(loaded, folder)
    write_list(folder / "misc", MANY[3:])
    comparison = compare_aps(loaded, folder / "misc", folder / "ap")
    assert comparison.needs_approval
    assert ApComparison.from_values(json.loads(json.dumps(comparison.to_values()))) == comparison
    assert {gone["s3ic_id"] for gone in comparison.disappearing} == {ap.s3ic_id for ap in MANY[:3]}
    before = versions(loaded)
    with pytest.raises(ApprovalNeeded, match="3 of 40 prefectoral orders"):
        sync(loaded, folder)
    with pytest.raises(ApprovalNeeded):
        sync(loaded, folder, approved={"aps_all.csv": "0" * 64})
    assert versions(loaded) == before
    assert sync(loaded, folder, approved=comparison.files).withdrawn == 3


def test_texts_that_vanish_from_the_bucket_need_an_approval(loaded: Connection, folder: Path) -> None:
    before = versions(loaded)
    with pytest.raises(ApprovalNeeded, match="40 would lose their text"):
        apply_aps(loaded, folder / "misc", folder / "elsewhere")
    assert versions(loaded) == before


def break_status(path: Path) -> None:
    path.write_bytes(b'{"georisques_id": 1}')


def take_another(path: Path) -> None:
    path.write_bytes((path.parents[2] / status_key(MANY[1].georisques_id)).read_bytes())


@pytest.mark.parametrize(
    ("damage", "said", "is_seen"),
    [
        (break_status, "is not the status of an order", True),
        (take_another, "is the status of", True),
        (Path.unlink, "is in the index and has no status", False),
    ],
)
def test_a_bad_status_is_a_finding_and_the_others_go_on(
    connection: Connection, folder: Path, damage: Callable[[Path], None], said: str, *, is_seen: bool
) -> None:
    damage(folder / "ap" / status_key(FIRST.georisques_id))
    report = sync(connection, folder)
    assert (report.outcome, report.created, report.details["findings_count"]) == ("done", len(MANY), 1)
    assert said in report.details["findings"][0]
    found = rows(
        connection,
        "SELECT ocr_status, page_count, fingerprint IS NOT NULL FROM aps WHERE georisques_id = %s",
        FIRST.georisques_id,
    )
    assert found == [("SUCCESS", None, is_seen)]
    assert rows(connection, "SELECT count(*) FROM ap_pages") == [(2 * len(MANY) - 2,)]


STRANGE = {
    "NUL": ("avant\0après", "avantaprès"),
    "end of copy": ("a\n\\.\nb", "a\n\\.\nb"),
    "quotes, commas, returns": ('"a",\r\n"b"\rc\t;', '"a",\r\n"b"\rc\t;'),
    "nothing": ("", ""),
    "blanks": ("  \n ", "  \n "),
    "beyond the first plane": ("\U0001d49c \uffff \u202e", "\U0001d49c \uffff \u202e"),
    "backslashes": ("\\N \\x41", "\\N \\x41"),
    "escapes of a terminal": ("\x1b[31m\x07", "\x1b[31m\x07"),
    "a word without end": ("a" * 5_000, "a" * 5_000),
}


@pytest.mark.parametrize(("text", "stored"), STRANGE.values(), ids=STRANGE)
def test_any_text_is_stored(connection: Connection, tmp_path: Path, text: str, stored: str) -> None:
    sync(connection, write_aps(tmp_path, [replace(FIRST, pages=(text, "la fin"))]))
    assert rows(connection, "SELECT text FROM ap_pages ORDER BY page") == [(stored,), ("la fin",)]


@pytest.mark.parametrize("alphabet", ["abcdefgh", "\U0001f600é", "a-"])
def test_a_page_beyond_what_can_be_indexed(connection: Connection, tmp_path: Path, alphabet: str) -> None:
    """A search vector holds a megabyte: such a page is stored whole, and its beginning is found."""
    words = " ".join(f"{alphabet}{number:x}-{alphabet}{number * 7:x}" for number in range(150_000))
    sync(connection, write_aps(tmp_path, [replace(FIRST, pages=(f"commencement {words}",))]))
    query = "SELECT length(text) FROM ap_pages WHERE search @@ to_tsquery('french_unaccent', 'commencement')"
    assert rows(connection, query) == [(len(words) + 13,)]


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (lambda misc: (misc / "aps_all.csv").unlink(), "There is no aps_all.csv"),
        (lambda misc: (misc / "aps_all.csv").write_text("a,b\n1,2\n"), "does not begin with the columns"),
        (lambda misc: write_list(misc, [FIRST, FIRST]), "georisques_id"),
        (lambda misc: write_list(misc, [replace(FIRST, s3ic_id="1")]), "installation_s3ic_id"),
    ],
    ids=["missing", "other columns", "twice", "bad id"],
)
def test_a_bad_list_is_refused_whole(
    loaded: Connection, folder: Path, write: Callable[[Path], object], said: str
) -> None:
    before = versions(loaded)
    write(folder / "misc")
    with pytest.raises(RefusedError, match=said):
        sync(loaded, folder)
    assert versions(loaded) == before


def test_orders_of_installations_out_of_service_are_counted(
    loaded: Connection, owner: Connection, folder: Path
) -> None:
    owner.cursor().execute(
        "INSERT INTO installations (s3ic_id, name, regime, active, withdrawn_at) VALUES "
        "(%s, 'EN SERVICE', 'A', 'En fonctionnement', NULL), "
        "(%s, 'RETIRÉE', 'A', 'En fonctionnement', now())",
        (FIRST.s3ic_id, MANY[1].s3ic_id),
    )
    owner.commit()
    report = sync(loaded, folder)
    assert report.details["without_installation"] == len(MANY) - 1
    assert "39 orders of installations that are not in service" in report.message


def test_another_dataset_and_the_day_of_the_source(connection: Connection, tmp_path: Path) -> None:
    folder = write_aps(tmp_path, MANY[:3], dataset="idf")
    private = folder / "misc/private/georisques"
    private.mkdir(parents=True)
    source = Report("update_aps", "documents", "done", READ_AT, READ_AT, dated_on=date(2026, 11, 20))
    (private / "report.json").write_text(source.to_json(), encoding="utf-8")
    report = sync(connection, folder, dataset="idf")
    assert (report.created, report.dated_on) == (3, date(2026, 11, 20))


def test_real_list_of_the_original(connection: Connection, real_data: Path, tmp_path: Path) -> None:
    """3,693 orders as the original published them, without any text."""
    report = apply_aps(connection, real_data / "idf", tmp_path / "ap", "idf")
    assert (report.created, report.rows_in) == (3693, 3693)
    assert rows(connection, "SELECT count(*), min(dated_on) FROM aps WHERE size_bytes > 0") == [
        (3687, date(992, 9, 22))
    ]
    assert apply_aps(connection, real_data / "idf", tmp_path / "ap", "idf").outcome == "unchanged"


def ids_of(orders: Sequence[Ap]) -> set[str]:
    return {ap.georisques_id for ap in orders}


def test_new_orders_beside_those_in_service(loaded: Connection, folder: Path) -> None:
    before = versions(loaded)
    more = made_aps(43)
    write_orders(folder / "ap", more)
    write_list(folder / "misc", more)
    assert sync(loaded, folder).created == 3
    after = versions(loaded)
    assert ids_of(more) == set(after)
    assert {known: after[known] for known in before} == before
